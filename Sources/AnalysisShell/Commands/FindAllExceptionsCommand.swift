import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `find-all-exceptions`: the exceptions that threads and suspended functions are dealing with.
struct FindAllExceptionsCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-all-exceptions",
    abstract: "Lists the exceptions in flight, being handled, or kept in variables, with their tracebacks.",
    discussion: "Of a traceback the most recent call comes first. Causes and contexts follow the exception they are of.")

  @Flag(help: "Only those of threads: answers without a search.")
  var threadsOnly = false

  @OptionGroup var answer: AnswerArguments

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let stacks = try session.threads().stacks(in: inferior)
    let chains =
      try threadsOnly
      ? [] : SuspendedList(index: session.index(), inferior: inferior, threadCount: session.threadCount).chains
    let list = ExceptionList(stacks: stacks, chains: chains, in: inferior)
    var teller = ExceptionTeller(inferior)
    let rows = list.entries.map { teller.row(of: $0) }
    if answer.json { return try session.writeJSON(["exceptions": rows], to: output) }
    for row in rows { for line in row.lines { output.writeLine(line) } }
    output.note("\(rows.count) exceptions found")
  }
}

/// Tells of exceptions with all that is known of them.
private struct ExceptionTeller {
  private let inferior: Inferior
  private let text: ExceptionText
  private let printer: ObjectPrinter
  private var teller: FrameTeller

  init(_ inferior: Inferior) {
    self.inferior = inferior
    text = ExceptionText(inferior)
    teller = FrameTeller(inferior)
    var options = PrintingOptions()
    options.short = true
    printer = ObjectPrinter(inferior, options: options)
  }

  mutating func row(of entry: ExceptionList.Entry) -> Row {
    let exception = entry.exception
    let traceback = exception.tracebackEntries(in: inferior).reversed().map { teller.entry(of: $0.frame, line: $0.line) }
    return Row(
      address: exception.address.description, type: inferior.typeName(of: exception.address) ?? "?",
      repr: text.call(exception), heldBy: entry.holders.map { holder(of: $0) }, traceback: traceback,
      cause: exception.cause.isNull ? nil : text.text(of: exception.cause),
      context: exception.context.isNull ? nil : text.text(of: exception.context),
      suppressContext: exception.suppressesContext)
  }

  private mutating func holder(of holder: ExceptionList.Holder) -> String {
    switch holder {
    case .raising(let thread): "raised in \(ThreadEntry(thread).line)"
    case .handling(let thread): "handled in \(ThreadEntry(thread).line)"
    case .suspended(let address): "handled in \(printer.text(of: address))"
    case .variable(let name, let frame): "variable \(PythonText.escaped(name)) of \(teller.place(of: frame))"
    }
  }

  struct Row: Encodable {
    let address: String
    let type: String
    let repr: String
    /// Empty for what is only the cause or context of others.
    let heldBy: [String]
    /// The most recent call first.
    let traceback: [FrameEntry]
    let cause: String?
    let context: String?
    let suppressContext: Bool

    var lines: [String] {
      var lines = ["\(repr)@\(address)"] + heldBy.map { "  \($0)" }
      if let cause { lines.append("  cause \(cause)") }
      if let context { lines.append("  context \(context)\(suppressContext ? ", suppressed" : "")") }
      if !traceback.isEmpty { lines.append("Traceback (most recent call FIRST):") }
      lines += traceback.map { "  " + $0.tracebackLine }
      return lines + [""]
    }
  }
}

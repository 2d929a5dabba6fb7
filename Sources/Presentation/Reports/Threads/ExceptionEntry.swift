package import CPython
package import HeapAnalysis
package import MemoryImage

/// An exception as it is reported.
package struct ExceptionEntry: Encodable, Sendable {
  package let address: String
  package let type: String
  package let repr: String
  /// Empty for what is only the cause or context of others.
  package let heldBy: [String]
  /// The most recent call first, without those that the exception shares with an earlier one.
  package let traceback: [FrameEntry]
  /// The earlier exception, and how many calls it shares, which come before the others; absent if there is none.
  package var sharedTraceback: Shared?
  package let cause: String?
  package let context: String?
  package let suppressContext: Bool

  package struct Shared: Encodable, Sendable {
    package var exception: String
    package let calls: Int
  }

  /// The entry as text.
  package var lines: [String] {
    var lines = ["\(repr)@\(address)"] + heldBy.map { "  \($0)" }
    if let cause { lines.append("  cause \(cause)") }
    if let context { lines.append("  context \(context)\(suppressContext ? ", suppressed" : "")") }
    if !traceback.isEmpty || sharedTraceback != nil { lines.append("Traceback (most recent call FIRST):") }
    if let sharedTraceback {
      lines.append("  ...<\(sharedTraceback.calls) calls as in the traceback of @\(sharedTraceback.exception)>")
    }
    return lines + tracebackLines + [""]
  }

  /// The calls; equal ones in a row are written as Python writes them.
  private var tracebackLines: [String] {
    var lines: [String] = []
    var repeated = 0
    func endRepetition() {
      if repeated > 3 { lines.append("  [Previous line repeated \(repeated - 3) more times]") }
    }
    var last = ""
    for line in traceback.map({ "  " + $0.tracebackLine }) {
      if line != last {
        endRepetition()
        repeated = 0
      }
      repeated += 1
      if repeated <= 3 { lines.append(line) }
      last = line
    }
    endRepetition()
    return lines
  }
}

/// Formats exceptions with all that is known of them, one after the other.
package struct ExceptionFormatter {
  private let inferior: Inferior
  private let text: ExceptionText
  private let printer: ObjectPrinter
  private var formatter: FrameFormatter
  private var tracebacks = Tracebacks()
  private var places: HolderText?
  private let futures: AsyncNodeText

  /// - Parameter places: where exceptions are kept, if that was searched for.
  package init(_ inferior: Inferior, places: HolderText?) {
    self.inferior = inferior
    self.places = places
    text = ExceptionText(inferior)
    formatter = FrameFormatter(inferior)
    futures = AsyncNodeText(inferior)
    var options = PrintingOptions()
    options.short = true
    printer = ObjectPrinter(inferior, options: options)
  }

  /// The entry of an exception, and what it has in common with others that look the same.
  package mutating func entry(of found: ExceptionList.Entry) -> (entry: ExceptionEntry, look: ExceptionLook) {
    let exception = found.exception
    let traceback = tracebacks.traceback(of: exception, in: inferior)
    let holders = self.holders(of: found)
    let frames = traceback.entries.reversed().map { formatter.entry(of: $0.frame, line: $0.line) }
    let entry = ExceptionEntry(
      address: exception.address.description, type: inferior.typeName(of: exception.address) ?? "?",
      repr: text.call(exception), heldBy: holders.texts, traceback: frames,
      sharedTraceback: traceback.rest.map { .init(exception: $0.exception.description, calls: $0.count) },
      cause: exception.cause.isNull ? nil : text.text(of: exception.cause),
      context: exception.context.isNull ? nil : text.text(of: exception.context),
      suppressContext: exception.suppressesContext)
    let look = ExceptionLook(
      type: inferior.object(at: exception.address)?.type.number ?? 0, holders: holders.patterns,
      calls: traceback.entries.map { .init(code: $0.frame.code, line: $0.line) }, shared: traceback.rest?.exception,
      sharedCount: traceback.rest?.count ?? 0, hasCause: !exception.cause.isNull, hasContext: !exception.context.isNull)
    return (entry, look)
  }

  /// What has an exception: threads, tasks and functions, then other places where it is kept.
  private mutating func holders(of entry: ExceptionList.Entry) -> (texts: [String], patterns: [String]) {
    var texts = entry.holders.map { text(of: $0) }
    var patterns = zip(entry.holders, texts).map { holder, text in
      if case .future(let future) = holder { "exception of \(futures.kind(of: future))" } else { text }
    }
    guard let found = places?.places(of: entry.exception.address) else { return (texts, patterns) }
    // The evaluation stack has what is being handled.
    let isTold = entry.holders.contains { if case .future = $0 { false } else { true } }
    for place in found.places where !texts.contains(place.text) && !(isTold && place.text.hasPrefix("stack[")) {
      texts.append(place.text)
      patterns.append(place.pattern)
    }
    if found.more > 0 { texts.append("...<\(found.more) more>") }
    return (texts, patterns)
  }

  private mutating func text(of holder: ExceptionList.Holder) -> String {
    switch holder {
    case .raising(let thread): "raised in \(ThreadEntry(thread).line)"
    case .handling(let thread): "handled in \(ThreadEntry(thread).line)"
    case .suspended(let address): "handled in \(printer.text(of: address))"
    case .future(let future): "exception of \(futures.line(of: future))"
    case .variable(let name, let frame): "variable \(PythonText.escaped(name)) of \(formatter.place(of: frame))"
    }
  }
}

/// What exceptions that look the same have in common: all but their messages, and their positions in a container.
package struct ExceptionLook: Hashable {
  /// A call in a traceback.
  package struct Call: Hashable {
    package let code: Address
    package let line: Int?
  }

  package let type: UInt32
  package let holders: [String]
  package let calls: [Call]
  package let shared: Address?
  package let sharedCount: Int
  package let hasCause: Bool
  package let hasContext: Bool
}

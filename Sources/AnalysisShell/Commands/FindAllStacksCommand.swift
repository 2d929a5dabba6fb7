import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `find-all-stacks`: the stack of each thread, and of each suspended generator and coroutine.
struct FindAllStacksCommand: AnalysisCommand {
  static let share = ReadScope.little
  static let configuration = CommandConfiguration(
    commandName: "find-all-stacks",
    abstract: "Prints the Python stack of each thread, and of suspended generators and coroutines.",
    discussion: """
      The most recent call comes first. Threads are printed at once; generators and coroutines are objects that have to \
      be searched for. Of these, those that could run are left out, as they have not begun or what they await has come, and \
      generators that stand in a yield of their own: they go on when who iterates them asks.
      """)

  @Flag(help: "Also generators and coroutines that could run, or go on when who iterates them asks.")
  var includeRunnable = false

  @Flag(help: "Print the local variables of each function.")
  var locals = false

  @Flag(help: "Only the threads: answers without a search.")
  var threadsOnly = false

  @Flag(
    help:
      "Search all memory for threads that are in no list, as where it is damaged or no interpreter is found: those that run Python or that others link to."
  )
  var exhaustive = false

  @Flag(help: "Print each of those that stand at the same place.")
  var all = false

  @OptionGroup var printing: PrintingArguments
  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { exhaustive ? .allMemory : threadsOnly ? .runtime : [.runtime, .allMemory] }

  func run(in session: Session, output: CommandOutput) throws {
    // Values one level deep, unless more is asked for: a stack is read as a whole.
    var options = printing.options
    if options.maxRecursionDepth == PrintingOptions().maxRecursionDepth { options.maxRecursionDepth = 1 }
    // Frames need only the built-in types, their variables need all.
    let python = try locals || answer.json && !threadsOnly ? session.python() : session.pythonForThreads()
    let threads = session.threads(of: python, exhaustive: exhaustive).stacks(in: python.inferior)
    var writer = StackWriter(
      formatter: FrameFormatter(python.inferior, locals: locals ? options : nil), output: output, showsEachStack: all || locals)
    if answer.json {
      let found = threadsOnly ? nil : try suspended(in: session)
      return try writer.writeJSON(threads: threads, suspended: found?.shown, leftOut: found?.leftOut, of: session)
    }
    try writer.write(threads)
    guard !threadsOnly else { return }
    try output.flush()
    let (shown, leftOut) = try suspended(in: session)
    writer = StackWriter(
      formatter: FrameFormatter(try session.inferior(), locals: locals ? options : nil), output: output,
      showsEachStack: all || locals)
    try writer.write(shown)
    try output.note("\(threads.count) threads, \(shown.count) suspended stacks\(Self.words(leftOut))")
  }

  /// `; left out are 3 that could run and 4 in a yield of their own (--include-runnable)`, or nothing.
  private static func words(_ leftOut: [AwaitChain.Outlook: Int]) -> String {
    let runnable = leftOut[.runnable].map { "\($0) that could run" }
    let yielding = leftOut[.caller].map { "\($0) in a yield of their own, which go on when who iterates them asks" }
    let parts = [runnable, yielding].compactMap { $0 }
    return parts.isEmpty ? "" : "; left out are \(parts.joined(separator: ", and ")) (--include-runnable)"
  }

  /// The chains to be shown, and the numbers of those left out.
  private func suspended(in session: Session) throws -> (
    shown: [(chain: AwaitChain, outlook: AwaitChain.Outlook)], leftOut: [AwaitChain.Outlook: Int]
  ) {
    let inferior = try session.inferior()
    let list = SuspendedList(index: try session.index(), inferior: inferior, threadCount: session.threadCount)
    var shown: [(chain: AwaitChain, outlook: AwaitChain.Outlook)] = []
    var leftOut: [AwaitChain.Outlook: Int] = [:]
    for (chain, outlook) in zip(list.chains, list.outlooks) {
      switch outlook {
      case .runnable, .caller:
        if includeRunnable { shown.append((chain, outlook)) } else { leftOut[outlook, default: 0] += 1 }
      case .waiting, .eventLoop: shown.append((chain, outlook))
      }
    }
    return (shown, leftOut)
  }
}

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
    let shownLocals = locals ? options : nil
    if answer.json {
      let report = StacksReport(
        threads: threads, suspended: threadsOnly ? nil : try suspended(in: session), locals: shownLocals, in: python.inferior)
      return try session.writeJSON(report, to: output)
    }
    var writer = StackWriter(
      formatter: FrameFormatter(python.inferior, locals: shownLocals), output: output, showsEachStack: all || locals)
    try writer.write(threads)
    guard !threadsOnly else { return }
    // The threads are shown before the search for the others.
    try output.flush()
    let suspended = try suspended(in: session)
    writer = StackWriter(
      formatter: FrameFormatter(try session.inferior(), locals: shownLocals), output: output, showsEachStack: all || locals)
    try writer.write(suspended.shown)
    try output.note("\(threads.count) threads, \(suspended.summary)")
  }

  private func suspended(in session: Session) throws -> SuspendedStacks {
    SuspendedStacks(try SuspendedList(in: try session.heap()), includesRunnable: includeRunnable)
  }
}

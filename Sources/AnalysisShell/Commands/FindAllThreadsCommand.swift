import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import NativeProcess
import Presentation

/// `find-all-threads`: every thread of every interpreter, from the runtime's own lists.
struct FindAllThreadsCommand: AnalysisCommand {
  static let share = ReadScope.little
  static let configuration = CommandConfiguration(
    commandName: "find-all-threads",
    abstract: "Lists the threads: names, numbers, who holds the GIL, exceptions in flight.",
    discussion: """
      Who waits for the GIL and the registers are known only from an ELF core; the native number before 3.11 only of \
      threads that the module threading knows.
      """)

  @Flag(
    help:
      "Search all memory for threads that are in no list, as where it is damaged or no interpreter is found: those that run Python or that others link to."
  )
  var exhaustive = false

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { exhaustive ? .allMemory : .runtime }

  func run(in session: Session, output: CommandOutput) throws {
    let python = try exhaustive ? session.python() : session.pythonForExceptions()
    let stacks = session.threads(of: python, exhaustive: exhaustive).stacks(in: python.inferior)
    try session.write(ThreadsReport(stacks, in: python.inferior), json: answer.json, to: output)
  }
}

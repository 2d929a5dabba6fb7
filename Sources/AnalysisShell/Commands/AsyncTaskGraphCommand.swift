import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `async-task-graph`: the tasks and futures of asyncio, and what they wait for.
struct AsyncTaskGraphCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "async-task-graph",
    abstract: "Draws the tasks and futures of asyncio: who waits for whom, and who for one another.",
    discussion: """
      What a node awaits stands below it; behind > are the functions that its coroutine awaits itself. A node met again \
      is <!seen>. Tasks that look the same are one line.
      """)

  @Flag(help: "Write each of the tasks that look the same.")
  var all = false

  @OptionGroup var answer: AnswerArguments

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let graph = try AsyncTaskGraph(in: try session.heap())
    let report = AsyncTaskGraphReport(graph, in: inferior, showsEach: all)
    try session.write(report, json: answer.json, to: output)
  }
}

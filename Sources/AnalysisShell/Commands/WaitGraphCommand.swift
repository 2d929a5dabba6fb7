import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `wait-graph`: what waits for what, over threads and tasks.
struct WaitGraphCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait-graph",
    abstract: "Tells who waits for whom, over threads, locks, queues, futures and tasks; names deadlocks.",
    discussion: """
      A Lock does not know who holds it: it is inferred from the functions that are in a 'with' block of it or have called \
      its acquire, from context managers and generators that they have, and said to be. Where nobody is seen to hold a lock \
      that others wait for, that is said last, with how many wait: there may be more deadlocks then. Of tasks only those \
      are written that wait for a lock or queue or are part of a deadlock: see async-task-graph.
      """)

  @Flag(help: "Write every task and future that waits.")
  var all = false

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { [.runtime, .allMemory] }

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let threads = try session.threads().stacks(in: inferior)
    let heap = try session.heap()
    let tasks = try AsyncTaskGraph(in: heap)
    let graph = try WaitGraph(threads: threads, tasks: tasks, of: try session.python().runtime, in: heap)
    let report = WaitGraphReport(graph, in: inferior, showsAll: all)
    try session.write(report, json: answer.json, to: output)
  }
}

import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import NativeProcess
import Presentation
import SnapshotFormats

/// `info`: where the dump comes from and what is in it.
struct InfoCommand: AnalysisCommand {
  static let share = ReadScope.whole
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Tells where the dump comes from and what is in it.")

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { [] }

  func run(in session: Session, output: CommandOutput) throws {
    let (python, problem) = try python(in: session)
    let report = InfoReport(session.snapshot, python: python, problem: problem, warnings: session.warnings)
    try session.write(report, json: answer.json, to: output)
    // What is known of the process has been written all the same.
    if let problem { throw problem }
  }

  /// The Python in the dump and its objects, or why there is none.
  private func python(
    in session: Session
  ) throws -> ((opened: OpenedInferior, index: ObjectIndex)?, problem: InferiorProblem?) {
    do {
      return ((try session.python(), try session.index()), nil)
    } catch let problem as InferiorProblem {
      return (nil, problem)
    }
  }
}

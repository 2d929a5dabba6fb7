import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `show-analysis-data`: what the analysis is based on.
struct ShowAnalysisDataCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "show-analysis-data", abstract: "Tells what was found out about the process, and how.")

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { [] }

  func run(in session: Session, output: CommandOutput) throws {
    let python = try session.python()
    let index = try session.index()
    let report = AnalysisDataReport(python, index, versionSource: versionSource(python, session))
    try session.write(report, json: answer.json, to: output)
  }

  private func versionSource(_ python: OpenedInferior, _ session: Session) -> String {
    if session.versions.explicit != nil { return "given by the user" }
    if python.debugOffsets != nil { return "found in the debug offsets" }
    if python.inferior.version.micro != nil { return "found in the text of sys.version" }
    return session.versions.fallback != nil ? "default of this build" : "found by calibration"
  }
}

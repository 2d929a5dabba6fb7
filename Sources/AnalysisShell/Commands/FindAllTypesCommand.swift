import ArgumentParser
import CPython
import MemoryImage
import Presentation

/// `find-all-types`: the type objects of the process.
struct FindAllTypesCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-all-types", abstract: "Lists all type objects by name.")

  @OptionGroup var answer: AnswerArguments

  func run(in session: Session, output: CommandOutput) throws {
    let report = TypesReport(try session.inferior().types)
    try session.write(report, json: answer.json, to: output)
    try output.note("\(report.count) types found")
  }
}

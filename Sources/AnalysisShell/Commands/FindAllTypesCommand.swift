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
    let rows = try session.inferior().types.types
      .map { Row(name: $0.name, address: $0.address.description) }
      .sorted { ($0.name, $0.address) < ($1.name, $1.address) }
    if answer.json {
      try session.writeJSON(["types": rows], to: output)
    } else {
      for row in rows { try output.writeLine("\(PythonText.escaped(row.name)) @ \(row.address)") }
    }
    try output.note("\(rows.count) types found")
  }

  private struct Row: Encodable {
    let name: String
    let address: String
  }
}

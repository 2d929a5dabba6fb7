import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `find-module`: the modules with a name.
struct FindModuleCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-module", abstract: "Finds modules by name: where they are, their file, their variables.")

  @Argument(help: "The module's name, with its packages: os.path is posixpath.")
  var name: String

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { [] }

  func run(in session: Session, output: CommandOutput) throws {
    let all = ModuleList(index: try session.index(), inferior: try session.inferior()).modules
    let rows = all.filter { $0.name == name }.map(Row.init)
    guard !rows.isEmpty else {
      throw Failure.problem(
        "no module named '\(name)'" + NameSuggestion.question(for: name, among: all.compactMap(\.name)))
    }
    if answer.json { return try session.writeJSON(["modules": rows], to: output) }
    for row in rows {
      try output.writeLine(
        "module \(PythonText.escaped(row.name)) @ \(row.address) file \(row.file.map(PythonText.escaped) ?? "none") "
          + "dict \(row.dict ?? "none") (\(row.variables) variables, \(ByteCount(row.dictBytes)))")
    }
  }

  private struct Row: Encodable {
    let name: String
    let address: String
    let file: String?
    let dict: String?
    let variables: Int
    let dictBytes: Int

    init(_ module: ModuleList.Module) {
      name = module.name ?? "?"
      address = module.header.address.description
      file = module.file
      dict = module.dict.isNull ? nil : module.dict.description
      variables = module.variableCount
      dictBytes = module.dictByteCount
    }
  }
}

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
    let all = ModuleList(in: try session.heap()).modules
    let found = all.filter { $0.name == name }
    guard !found.isEmpty else {
      throw Failure.problem(
        "no module named '\(name)'" + NameSuggestion.question(for: name, among: all.compactMap(\.name)))
    }
    try session.write(ModulesReport(found), json: answer.json, to: output)
  }
}

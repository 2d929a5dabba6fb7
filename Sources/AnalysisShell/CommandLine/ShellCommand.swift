import ArgumentParser

/// A command that examines a dump.
protocol AnalysisCommand: ParsableCommand {
  /// How much of the dump is read before the first part of the answer.
  static var share: ReadScope { get }
  /// What the answer is made from.
  var scope: AnswerScope { get }

  /// Does what was asked for, and writes the answer.
  func run(in session: Session, output: CommandOutput) throws
}

extension AnalysisCommand {
  static var share: ReadScope { .objects }
  var scope: AnswerScope { .allMemory }
}

/// How much of a dump a command reads: the rest need not be inflated.
enum ReadScope {
  /// The memory that the threads need.
  case little
  /// All memory; if an index is stored, only that of the objects in the answer.
  case objects
  /// All memory, as the answer is about the dump itself.
  case whole
}

/// All commands of the shell. A new one is a file in `Commands/` and a row here.
struct ShellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "python-memtools", abstract: "Looks into the memory of a Python process.",
    subcommands: all.map { $0 as any ParsableCommand.Type })

  /// The commands in the order that help lists them.
  static let all: [any AnalysisCommand.Type] = [
    InfoCommand.self, RegionsCommand.self, CountByTypeCommand.self, FindAllObjectsCommand.self, ReprCommand.self,
    FindReferencesCommand.self, FindReferentsCommand.self, PathToRootCommand.self, FindCommand.self, ContextCommand.self,
    FindModuleCommand.self,
    FindAllThreadsCommand.self, FindAllStacksCommand.self, AsyncTaskGraphCommand.self,
    FindAllExceptionsCommand.self, WaitGraphCommand.self,
    AggregateStringsCommand.self, ValidateLayoutsCommand.self, FindAllTypesCommand.self, ShowAnalysisDataCommand.self,
  ]

  /// The command called `name`.
  ///
  /// - Throws: `Failure.usage` with the nearest name if there is none.
  static func command(named name: String) throws(Failure) -> any AnalysisCommand.Type {
    if let found = all.first(where: { $0.configuration.commandName == name }) { return found }
    let names = all.compactMap { $0.configuration.commandName } + ["help", "exit"]
    throw .usage("unknown command '\(name)'" + NameSuggestion.question(for: name, among: names))
  }

  /// The help for all commands, or for the one that is named.
  static func help(for name: String?) throws(Failure) -> String {
    if let name, name != "help", name != "exit" {
      return helpMessage(for: try command(named: name))
    }
    return overview
  }

  /// One line for each command.
  static var overview: String {
    let rows =
      all.map { ($0.configuration.commandName ?? "", $0.configuration.abstract) }
      + [("help [COMMAND]", "Tells what a command does and its options."), ("exit", "Ends the session at the prompt.")]
    let width = rows.map(\.0.count).max() ?? 0
    let lines = rows.map { "  " + $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }
    return "COMMANDS:\n" + lines.joined(separator: "\n")
  }
}

import ArgumentParser
import Glibc
import MemoryImage
import Presentation
import SnapshotFormats

/// The program's top: understands the command line and runs what it asks for.
package enum Shell {
  /// The version of the program.
  static let version = "0.1.0"

  /// Runs the program on its arguments and ends it with its exit code.
  package static func main() -> Never {
    exit(run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs the program, and returns its exit code.
  package static func run(_ arguments: [String]) -> Int32 {
    let output = CommandOutput()
    defer { output.flush() }
    do {
      let main = try MainCommand.parse(arguments)
      try run(main, output: output)
      return 0
    } catch let failure as Failure {
      if let message = failure.message { output.complain(message) }
      return failure.exitCode
    } catch {
      let code = MainCommand.exitCode(for: error)
      if code.isSuccess {
        output.writeLine(MainCommand.fullMessage(for: error))
        return 0
      }
      let isUsage = code == .validationFailure
      output.complain(isUsage ? MainCommand.message(for: error) + " (see --help)" : "\(error)")
      return isUsage ? Failure.usage("").exitCode : 1
    }
  }

  private static func run(_ main: MainCommand, output: CommandOutput) throws {
    if main.asksForHelp { return output.writeLine(MainCommand.helpMessage()) }
    let versions = try VersionChoice(option: main.pythonVersion)
    if main.version {
      return output.writeLine("python-memtools \(version) (default Python version: \(versions.description))")
    }
    if main.dump { return try Capture.run(main, output: output) }
    var words = main.words[...]
    if main.path == nil, words.first == "help" {
      if case .help(let text) = try Statement(Array(words)) { output.writeLine(text) }
      return
    }
    guard let path = main.path ?? words.popFirst() else {
      throw Failure.usage("expected a dump, found none (see --help)")
    }
    // Before the dump is opened: a misspelt command should not cost the time.
    var statements = try main.command.map { try Statement(try Tokenizer.words(of: $0)) }
    if !words.isEmpty { statements.append(try Statement(Array(words))) }
    if !statements.isEmpty, let text = helpOnly(statements) { return output.writeLine(text) }

    let snapshot = try Snapshot.open(path: path, allowTruncated: main.allowTruncated)
    let indexFile = IndexFile(
      of: path, mode: main.index, directory: main.indexDir,
      circumstances: "\(versions) \(main.allowTruncated)")
    let session = Session(
      snapshot: snapshot, versions: versions, threadCount: main.maxThreads ?? availableCoreCount, indexFile: indexFile)
    output.note(session.loadedLine)
    let runner = StatementRunner(session: session, output: output)
    if statements.isEmpty {
      try runner.runPrompt(name: path)
    } else {
      for statement in statements { if try !runner.run(statement) { return } }
    }
  }

  /// The text of statements that need no dump; nil if one does.
  private static func helpOnly(_ statements: [Statement]) -> String? {
    var texts: [String] = []
    for statement in statements {
      guard case .help(let text) = statement else { return nil }
      texts.append(text)
    }
    return texts.joined(separator: "\n")
  }
}

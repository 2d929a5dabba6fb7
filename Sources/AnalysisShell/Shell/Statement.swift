import ArgumentParser

/// What a line, or the words of a command line, ask for.
enum Statement {
  /// An empty line.
  case nothing
  /// The end of the session.
  case exit
  /// A text that needs no dump.
  case help(String)
  /// A command on the dump.
  case command(any AnalysisCommand)

  /// How much of the dump it reads.
  var share: ReadScope {
    if case .command(let command) = self { type(of: command).share } else { .little }
  }

  /// Parses the words of a command.
  ///
  /// - Throws: `Failure.usage`.
  init(_ words: [String]) throws(Failure) {
    guard let name = words.first else {
      self = .nothing
      return
    }
    switch name {
    case "exit" where words.count == 1, "quit" where words.count == 1: self = .exit
    case "help":
      guard words.count <= 2 else { throw .usage("help: expected one command, found \(words.count - 1)") }
      self = .help(try ShellCommand.help(for: words.dropFirst().first))
    default: self = try Self.command(ShellCommand.command(named: name), arguments: Array(words.dropFirst()))
    }
  }

  private static func command(
    _ type: any AnalysisCommand.Type, arguments: [String]
  ) throws(Failure) -> Statement {
    let name = type.configuration.commandName ?? ""
    // Options of the parser itself that would print a script and end the program.
    let forbidden = ["--generate-completion", "--experimental"]
    if let option = arguments.first(where: { argument in forbidden.contains { argument.hasPrefix($0) } }) {
      throw .usage("\(name): unknown option '\(option)'")
    }
    return try parse(type, arguments, name: name)
  }

  private static func parse<Command: AnalysisCommand>(
    _ type: Command.Type, _ arguments: [String], name: String
  ) throws(Failure) -> Statement {
    do {
      return .command(try Command.parse(arguments))
    } catch {
      if Command.exitCode(for: error).isSuccess { return .help(Command.helpMessage()) }
      throw .usage("\(name): \(line(Command.message(for: error))) (see 'help \(name)')")
    }
  }

  /// A message of the parser in one line.
  static func line(_ message: String) -> String {
    message.split(separator: "\n").map { $0.trimmingSpaces }.joined(separator: " ")
  }
}

private extension Substring {
  /// The text without spaces at its ends.
  var trimmingSpaces: Substring {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}

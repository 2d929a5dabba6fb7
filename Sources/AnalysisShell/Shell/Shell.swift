import ArgumentParser
import Glibc
import MemoryImage
import Presentation
import SnapshotFormats

/// The program's entry: parses the command line and runs what it asks for.
package enum Shell {
  /// The version of the program.
  static let version = "0.1.0"

  /// Runs the program on its arguments and ends it with its exit code.
  package static func main() -> Never {
    exit(run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs the program, and returns its exit code.
  package static func run(_ arguments: [String]) -> Int32 {
    do throws(OutputProblem) {
      let output = CommandOutput()
      let code = try run(arguments, output: output)
      try output.flush()
      return code
    } catch {
      return CommandOutput.exitCode(for: error)
    }
  }

  /// Runs the program, and returns its exit code.
  private static func run(_ arguments: [String], output: CommandOutput) throws(OutputProblem) -> Int32 {
    do {
      let main = try MainCommand.parse(arguments)
      try run(main, output: output)
      return 0
    } catch let problem as OutputProblem {
      throw problem
    } catch let failure as Failure {
      if let message = failure.message { try output.complain(message) }
      return failure.exitCode
    } catch {
      let code = MainCommand.exitCode(for: error)
      if code.isSuccess {
        try output.writeLine(MainCommand.fullMessage(for: error))
        return 0
      }
      let isUsage = code == .validationFailure
      try output.complain(isUsage ? Statement.line(MainCommand.message(for: error)) + " (see --help)" : "\(error)")
      return isUsage ? Failure.usage("").exitCode : 1
    }
  }

  private static func run(_ main: MainCommand, output: CommandOutput) throws {
    if main.asksForHelp { return try output.writeLine(MainCommand.helpMessage()) }
    let versions = try VersionChoice(option: main.pythonVersion)
    if main.version {
      return try output.writeLine("python-memtools \(version) (default Python version: \(versions.description))")
    }
    try Limits.checkStack()
    if main.dump || asksForDump(main) { return try dump(main, output: output) }
    var words = main.words[...]
    if main.path == nil, words.first == "help" {
      if case .help(let text) = try Statement(Array(words)) { try output.writeLine(text) }
      return
    }
    guard let source = main.pid.map({ "process \($0)" }) ?? main.path ?? words.popFirst() else {
      throw Failure.usage("expected a dump, found none (see --help)")
    }
    // Before the dump is opened: a misspelt command should not cost the time.
    var statements = try main.command.map { try Statement(try Tokenizer.words(of: $0)) }
    if !words.isEmpty { statements.append(try Statement(Array(words))) }
    if !statements.isEmpty, let text = helpOnly(statements) { return try output.writeLine(text) }
    if statements.isEmpty, source == Snapshot.standardInput {
      throw Failure.usage("a dump from standard input leaves none for a prompt, expected a command")
    }

    Limits.enforce(timeout: main.timeout, memory: main.resources.memoryLimit, path: source)
    let file = indexFile(of: source, main, versions)
    let isLikelyKept = Deferred { file?.isLikelyKept() ?? false }
    // The prompt may ask for anything; what a command reads is known.
    let onDemand =
      !statements.isEmpty
      && statements.allSatisfy { statement in
        statement.share == .little || statement.share == .objects && isLikelyKept.value
      }
    let snapshot = try snapshot(source, main, onDemand: onDemand)
    let session = Session(
      snapshot: snapshot, versions: versions, runtime: main.runtime,
      threadCount: main.resources.maxThreads ?? availableCoreCount, indexFile: file?.of(snapshot))
    try output.note(session.loadedLine)
    let runner = StatementRunner(session: session, output: output)
    if statements.isEmpty {
      try runner.runPrompt(name: source)
    } else {
      try runner.run(statements)
    }
  }

  /// The dump or the running process to examine.
  private static func snapshot(_ source: String, _ main: MainCommand, onDemand: Bool) throws -> Snapshot {
    var options = main.options
    options.onDemand = onDemand
    let progress = ProgressLine(verb: "inflating")
    options.progress = progress.callback
    defer { progress.end() }
    guard let pid = main.pid else { return try Snapshot.open(path: source, options: options) }
    return try Snapshot.open(process: pid, stops: !main.noStop, options: options)
  }

  /// The file that stores the index of a dump; nil for a running process and for standard input.
  private static func indexFile(of source: String, _ main: MainCommand, _ versions: VersionChoice) -> IndexFile? {
    guard main.pid == nil, source != Snapshot.standardInput else { return nil }
    // The options that also decide which memory there is.
    let files = [main.sysroot ?? ""] + main.file
    return IndexFile(
      of: source, mode: main.index, directory: main.indexDir,
      circumstances: "\(versions) \(main.runtime ?? 0) \(main.allowTruncated) \(files)")
  }

  /// Whether the first word is `dump` with options after it; a file may also have that name.
  private static func asksForDump(_ main: MainCommand) -> Bool {
    guard main.words.first == "dump", main.path == nil, main.pid == nil else { return false }
    return main.words.count == 1 || main.words[1].hasPrefix("-")
  }

  /// Takes a dump, as `dump …` or the older `--dump --pid --path` asks.
  private static func dump(_ main: MainCommand, output: CommandOutput) throws {
    var words = Array(main.words.dropFirst())
    if main.dump {
      words = ["--pid=\(main.pid ?? 0)", "--output=\(main.path ?? "")"] + (main.skipChown ? ["--skip-chown"] : [])
    }
    do {
      try DumpCommand.parse(words).run(output: output)
    } catch let error where DumpCommand.exitCode(for: error).isSuccess {
      try output.writeLine(DumpCommand.helpMessage())
    } catch let error where DumpCommand.exitCode(for: error) == .validationFailure {
      throw Failure.usage("dump: " + Statement.line(DumpCommand.message(for: error)) + " (see 'dump --help')")
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

import ArgumentParser

/// The program's own options and what is to be done.
struct MainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "python-memtools", abstract: "Looks into the memory of a hung or dead Python process.",
    usage: """
      python-memtools --dump --pid=PID --path=DIR [--skip-chown]
      python-memtools DUMP COMMAND [ARGUMENT ...]
      python-memtools --path=DUMP [--command='COMMAND ...' ...]
      """,
    discussion: "Without a command, commands are read from the prompt.\n\n" + ShellCommand.overview)

  @Option(help: "The dump: a directory of regions, a stream of them, or an ELF core file.")
  var path: String?

  @Option(help: "A command to run on the dump; may be given several times.")
  var command: [String] = []

  @Flag(help: "Write the memory of a running process to the directory --path.")
  var dump = false

  @Option(help: "The process to dump.")
  var pid: Int32?

  @Flag(help: "Do not give the dump to the user who called sudo.")
  var skipChown = false

  @Option(help: "The Python version of the process, such as 3.10.")
  var pythonVersion: String?

  @Option(help: "Use so many processor cores at most.")
  var maxThreads: Int?

  @Flag(help: "Use what is there of a dump whose end is missing.")
  var allowTruncated = false

  @Option(help: "Keep what a scan found in a file and use it again: auto (of large dumps), none, or rebuild.")
  var index = IndexMode.auto

  @Option(help: "The folder for that file; beside the dump if not given.")
  var indexDir: String?

  @Flag(help: "Print the version.")
  var version = false

  @Argument(parsing: .captureForPassthrough, help: "The dump, unless --path names it, and a command.")
  var words: [String] = []

  /// Whether the first word asks for help: an option that is passed through like any that is not known.
  var asksForHelp: Bool { words.first == "--help" || words.first == "-h" }

  func validate() throws {
    if let maxThreads, maxThreads < 1 { throw ValidationError("--max-threads must be 1 or more") }
    if let word = words.first, word.hasPrefix("-"), !asksForHelp { throw ValidationError("Unknown option '\(word)'") }
    if dump && (pid == nil || path == nil) { throw ValidationError("--dump needs --pid and --path") }
    if dump && !(words.isEmpty && command.isEmpty) { throw ValidationError("--dump takes no command") }
    if !dump && pid != nil { throw ValidationError("--pid needs --dump") }
  }
}

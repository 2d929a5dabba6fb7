import ArgumentParser
import SnapshotFormats

/// The program's own options and the command.
struct MainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "python-memtools", abstract: "Looks into the memory of a hung or dead Python process.",
    usage: """
      python-memtools dump --pid=PID --output=PATH [OPTION ...]
      python-memtools --pid=PID COMMAND [ARGUMENT ...]
      python-memtools DUMP COMMAND [ARGUMENT ...]
      python-memtools --path=DUMP [--command='COMMAND ...' ...]
      """,
    discussion: "Without a command, commands are read from the prompt. 'dump --help' tells how to take a dump.\n\n"
      + ShellCommand.overview + "\n\n" + exitCodes)

  /// What the program's exit codes mean.
  private static let exitCodes = """
    EXIT CODES:
      0   done
      1   failed
      3   the answer is incomplete: memory that it needs is not in the dump, as a warning says
      64  wrong usage
    """

  @Option(
    help: """
      The dump: a directory of regions, a stream of them, an ELF core file, any of them compressed, a directory with a \
      core and its libraries, or - for standard input.
      """)
  var path: String?

  @Option(help: "A command to run on the dump; may be given several times.")
  var command: [String] = []

  @Option(help: "Look into this running process, which stands still while it is copied.")
  var pid: Int32?

  @Flag(name: .customLong("no-stop"), help: "Do not stop the process; the picture may be torn.")
  var noStop = false

  @Option(help: "The root of a copy of the process's file system, for pages that a core leaves out.")
  var sysroot: String?

  @Option(help: "A program or library that the process had mapped, for the same; may be given several times.")
  var file: [String] = []

  @Flag(help: "Write the memory of a running process to the directory --path, as 'dump' does.")
  var dump = false

  @Flag(help: "Do not give the dump to the user who called sudo.")
  var skipChown = false

  @Option(help: "The Python version of the process, such as 3.10.")
  var pythonVersion: String?

  @Option(help: "Which Python to look into where a process has loaded several: its number, from 1 on; 'info' lists them.")
  var runtime: Int?

  @OptionGroup var resources: ResourceArguments

  @Flag(help: "Use what is there of a stream whose end is missing; a core always is used.")
  var allowTruncated = false

  @Option(help: "End after so many seconds, with exit code 1.")
  var timeout: Double?

  @Option(help: "Keep what a scan found in a file and use it again: auto (of large dumps), none, or rebuild.")
  var index = IndexMode.auto

  @Option(help: "The folder for that file; beside the dump if not given.")
  var indexDir: String?

  @Flag(help: "Print the version.")
  var version = false

  @Argument(parsing: .captureForPassthrough, help: "The dump, unless --path or --pid names it, and a command.")
  var words: [String] = []

  /// Whether the first word asks for help; like any unknown option, it is passed through.
  var asksForHelp: Bool { words.first == "--help" || words.first == "-h" }

  func validate() throws {
    if let timeout, !(timeout > 0 && timeout < 1e9) { throw ValidationError("--timeout must be more than 0") }
    if let word = words.first, word.hasPrefix("-"), word != Snapshot.standardInput, !asksForHelp {
      throw ValidationError("Unknown option '\(word)'")
    }
    if dump && (pid == nil || path == nil) { throw ValidationError("--dump needs --pid and --path") }
    if dump && !(words.isEmpty && command.isEmpty) { throw ValidationError("--dump takes no command") }
    if !dump && pid != nil && path != nil {
      throw ValidationError("--pid and --path are two ways to say what to look into")
    }
    if noStop && pid == nil { throw ValidationError("--no-stop needs --pid") }
  }

  /// How the dump is to be opened.
  var options: SnapshotOptions {
    var options = SnapshotOptions()
    options.allowTruncated = allowTruncated
    options.sysroot = sysroot
    options.files = file
    options.memoryLimit = resources.memoryLimit?.bytes
    options.temporaryDirectory = resources.tempDir
    if let threads = resources.maxThreads { options.threadCount = threads }
    return options
  }
}

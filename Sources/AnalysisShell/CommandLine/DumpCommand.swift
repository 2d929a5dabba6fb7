import CPython
import ArgumentParser
import CPython
import Presentation
import SnapshotFormats

/// `dump`: takes a dump of a running process. It does not work on a dump, so the prompt does not have it.
struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Takes a dump of a running process.",
    usage: "python-memtools dump --pid=PID --output=PATH [OPTION ...]",
    discussion: """
      The process stands still while its memory is copied, and runs on whatever happens. The dump gets its name when \
      it is complete. It is readable by its owner only: it holds all that the process knew.
      """)

  @Option(help: "The process.")
  var pid: Int32

  @Option(help: "The file or directory to make, or - for standard output.")
  var output: String

  @Option(help: "directory, stream or core (default: directory; stream for standard output).")
  var format: DumpFormat?

  @Option(help: "none, gzip or zstd.")
  var compress = DumpCompression.none

  @Flag(help: "Take all that can be read, shared memory and devices too, which hold no objects.")
  var all = false

  @Option(help: "Give up if the process would stand still for more seconds than these.")
  var maxPause: Double?

  @Flag(name: .customLong("no-stop"), help: "Do not stop the process; the picture may be torn.")
  var noStop = false

  @Flag(help: "Do not give the dump to the user who called sudo.")
  var skipChown = false

  @OptionGroup var resources: ResourceArguments

  @OptionGroup var answer: AnswerArguments

  func validate() throws {
    if output == Snapshot.standardInput && format == .directory {
      throw ValidationError("standard output takes a stream or a core, not a directory")
    }
    if output.isEmpty { throw ValidationError("--output must not be empty") }
    if let maxPause, !(maxPause > 0) { throw ValidationError("--max-pause must be more than 0") }
    if maxPause != nil && noStop { throw ValidationError("--max-pause has no meaning with --no-stop") }
    if answer.json && output == Snapshot.standardInput {
      throw ValidationError("--json has no place where the dump goes to standard output")
    }
  }

  /// Writes the dump and reports what was written.
  func run(output console: CommandOutput) throws {
    let toStandardOutput = output == Snapshot.standardInput
    var options = CaptureOptions()
    options.format = format?.format ?? (toStandardOutput ? .stream : .directory)
    options.compression = compress.format
    options.takesAll = all
    options.maxPause = maxPause.map { .microseconds(Int64(min($0, 1e6) * 1e6)) }
    options.stops = !noStop
    options.owner = skipChown || toStandardOutput ? nil : FileOwner.invoker()
    options.memoryLimit = resources.memoryLimit?.bytes
    options.temporaryDirectory = resources.tempDir
    if let threads = resources.maxThreads { options.threadCount = threads }
    let progress = ProgressLine(verb: "writing")
    options.progress = progress.callback
    defer { progress.end() }
    let summary = try ProcessCapture.write(
      pid: pid, to: toStandardOutput ? .standardOutput : .path(output), options: options)
    progress.end()
    try report(summary, options: options, console: console)
  }

  private func report(_ summary: CaptureSummary, options: CaptureOptions, console: CommandOutput) throws {
    for warning in summary.warnings { try console.note("warning: \(warning)") }
    if answer.json {
      let report = DumpReport(
        summary, pid: pid, output: output, format: options.format, compression: compress.rawValue)
      return try console.writeLine(try JSONText().text(of: report))
    }
    if summary.holeCount > 0 {
      try console.note("left out \(ByteCount(summary.holeByteCount)) that cannot be read, in \(summary.holeCount) places")
    }
    let file = options.compression == nil ? "" : ", \(ByteCount(summary.writtenByteCount)) as \(compress.rawValue)"
    let pause =
      noStop ? "nothing stood still" : "\(summary.threadCount) threads stood still for \(summary.milliseconds) ms"
    try console.note("Wrote \(ByteCount(summary.byteCount)) in \(summary.regionCount) regions\(file); \(pause)")
  }
}

/// The forms that `dump` writes.
enum DumpFormat: String, ExpressibleByArgument, CaseIterable {
  case directory, stream, core

  var format: SnapshotFormat {
    switch self {
    case .directory: .directory
    case .stream: .stream
    case .core: .core
    }
  }
}

/// The ways in which `dump` compresses.
enum DumpCompression: String, ExpressibleByArgument, CaseIterable {
  case none, gzip, zstd

  var format: CompressionFormat? {
    switch self {
    case .none: nil
    case .gzip: .gzip
    case .zstd: .zstd
    }
  }
}

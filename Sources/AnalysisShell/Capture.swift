import CPython
import Glibc
import Presentation
import SnapshotFormats

/// `--dump`: takes a dump of a running process.
enum Capture {
  /// Writes the dump and says what was written.
  static func run(_ main: MainCommand, output: CommandOutput) throws {
    guard let pid = main.pid, let path = main.path else { throw Failure.usage("--dump needs --pid and --path") }
    let owner = main.skipChown ? nil : FileOwner.invoker()
    let summary = try ProcessCapture.writeDirectory(pid: pid, path: path, owner: owner)
    for warning in summary.warnings { output.note("warning: \(PythonText.escaped(warning))") }
    if summary.holeCount > 0 {
      output.note("left out \(ByteCount(summary.holeByteCount)) that cannot be read, in \(summary.holeCount) places")
    }
    let (seconds, attoseconds) = summary.pause.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    output.note(
      "Wrote \(ByteCount(summary.byteCount)) in \(summary.regionCount) regions; "
        + "\(summary.threadCount) threads stood still for \(milliseconds) ms")
  }
}

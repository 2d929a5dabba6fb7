package import SnapshotFormats

/// What `dump --json` reports.
package struct DumpReport: Encodable, Sendable {
  let pid: Int32
  let output: String
  let format: String
  let compression: String
  let regions: Int
  let bytes: Int
  let untouchedBytes: Int
  let unreadableBytes: Int
  let unreadablePlaces: Int
  let writtenBytes: Int
  let threads: Int
  let pauseMilliseconds: Int64
  let warnings: [String]

  package init(
    _ summary: CaptureSummary, pid: Int32, output: String, format: SnapshotFormat, compression: String
  ) {
    (self.pid, self.output, self.format, self.compression) = (pid, output, format.rawValue, compression)
    regions = summary.regionCount
    bytes = summary.byteCount
    untouchedBytes = summary.untouchedByteCount
    unreadableBytes = summary.holeByteCount
    unreadablePlaces = summary.holeCount
    writtenBytes = summary.writtenByteCount
    threads = summary.threadCount
    pauseMilliseconds = summary.milliseconds
    warnings = summary.warnings
  }
}

extension CaptureSummary {
  /// How long the process stood still.
  package var milliseconds: Int64 { pause.components.seconds * 1000 + pause.components.attoseconds / 1_000_000_000_000_000 }
}

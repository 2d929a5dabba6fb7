import SnapshotFormats

extension Snapshot {
  /// Opens a dump with the options that a test is about.
  static func open(path: String, _ change: (inout SnapshotOptions) -> Void) throws -> Snapshot {
    var options = SnapshotOptions()
    change(&options)
    return try open(path: path, options: options)
  }
}

extension ProcessCapture {
  /// Captures a process with the options that a test is about.
  static func write(
    pid: Int32, path: String, _ change: (inout CaptureOptions) -> Void = { _ in }
  ) throws -> CaptureSummary {
    var options = CaptureOptions()
    change(&options)
    return try write(pid: pid, to: .path(path), options: options)
  }
}

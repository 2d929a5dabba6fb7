import MemoryImage

/// Options for the capture of a running process.
package struct CaptureOptions: Sendable {
  /// The format of the dump: a directory, a stream or a core.
  package var format = SnapshotFormat.directory
  /// The compression: gzip, zstd, or nil for none.
  package var compression: CompressionFormat?
  /// Whether to copy everything readable, including shared memory and devices, which hold no objects.
  package var takesAll = false
  /// The longest time that the process may be stopped; the capture is abandoned if that is not enough.
  package var maxPause: Duration?
  /// Whether the process is stopped at all.
  package var stops = true
  /// The owner of the files; the current user if nil.
  package var owner: FileOwner?
  /// The number of bytes of memory that may be used; all that is free if nil. Half of it holds data that cannot be written
  /// while the process is stopped. The rest of those data goes to a temporary file.
  package var memoryLimit: Int?
  /// The directory of the temporary file, which has no name; `$TMPDIR` or `/var/tmp` if nil.
  package var temporaryDirectory: String?
  /// The maximum number of cores to use.
  package var threadCount = availableCoreCount
  /// A function that is called with the number of bytes written, and the total.
  package var progress: (@Sendable (_ done: Int, _ total: Int?) -> Void)?

  package init() {}

  /// Returns whether the process is copied into memory first, so that it need not wait for a compressor, a reader or a disk.
  /// It always is if it could not be written at once; otherwise, if there is room for the copy.
  func isCopied(_ plan: CapturePlan, place: SpillingPlace) -> Bool {
    compression != nil || place.canHold(plan.copiedByteCount)
  }

  /// Returns the place for copies that are not written at once.
  func place(for pid: Int32) -> SpillingPlace {
    var options = SnapshotOptions()
    options.memoryLimit = memoryLimit
    options.temporaryDirectory = temporaryDirectory
    return SpillingPlace(path: "process \(pid)", options: options)
  }
}

import MemoryImage

/// How a running process is to be captured.
package struct CaptureOptions: Sendable {
  /// The form of the dump: a directory, a stream or a core.
  package var format = SnapshotFormat.directory
  /// How it is compressed: gzip, zstd, or nil for not at all.
  package var compression: CompressionFormat?
  /// Take all that can be read: shared memory and devices too, which hold no objects.
  package var takesAll = false
  /// How long the process may stand still; the capture is given up if that is not enough.
  package var maxPause: Duration?
  /// Whether the process is stopped at all.
  package var stops = true
  /// Who gets the files; whoever runs us if nil.
  package var owner: FileOwner?
  /// How many bytes of memory may be used, all that is free if nil: half of it holds what cannot be written while the
  /// process stands still, the rest of which goes to a temporary file.
  package var memoryLimit: Int?
  /// Where the temporary file lies, which has no name; `$TMPDIR` or `/var/tmp` if nil.
  package var temporaryDirectory: String?
  /// How many cores may be used.
  package var threadCount = availableCoreCount
  /// Is told how many bytes of how many are written.
  package var progress: (@Sendable (_ done: Int, _ total: Int?) -> Void)?

  package init() {}

  /// Whether the process is copied into memory first, so that it need not wait for a compressor, a reader or a disk: always
  /// where it could not be written at once, else if there is room for the copy.
  func isCopied(_ plan: CapturePlan, place: SpillingPlace) -> Bool {
    compression != nil || place.canHold(plan.copiedByteCount)
  }

  /// Where copies go that are not written at once.
  func place(for pid: Int32) -> SpillingPlace {
    var options = SnapshotOptions()
    options.memoryLimit = memoryLimit
    options.temporaryDirectory = temporaryDirectory
    return SpillingPlace(path: "process \(pid)", options: options)
  }
}

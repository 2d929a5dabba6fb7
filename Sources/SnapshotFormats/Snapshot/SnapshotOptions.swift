import MemoryImage

/// How a dump is to be opened.
package struct SnapshotOptions: Sendable {
  /// Use what is there of a stream whose end is missing; a warning then says what is not. A core always is.
  package var allowTruncated = false
  /// The root of a copy of the process's file system, for pages that the dump leaves out.
  package var sysroot: String?
  /// Single files that the process had mapped.
  package var files: [String] = []
  /// How many bytes of memory may be used, all that is free if nil: half of it holds inflated or copied memory, the
  /// rest of which goes to a temporary file.
  package var memoryLimit: Int?
  /// Where the temporary file lies, which has no name; `$TMPDIR` or `/var/tmp` if nil.
  package var temporaryDirectory: String?
  /// Inflate what is compressed in blocks block by block, when it is read first. A broken one is then found late, and
  /// its bytes are zero instead of missing.
  package var onDemand = false
  /// Of how many inflated bytes on: fewer are inflated as fast as a whole.
  package var leastOnDemand = 32 << 20
  /// How many cores may be used.
  package var threadCount = availableCoreCount
  /// Is told how many bytes of how many are done, of work that takes long; the total is nil where it is not known.
  package var progress: (@Sendable (_ done: Int, _ total: Int?) -> Void)?

  package init() {}
}

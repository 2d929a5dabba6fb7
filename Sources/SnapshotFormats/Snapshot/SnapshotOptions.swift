import MemoryImage

/// Options for opening a dump.
package struct SnapshotOptions: Sendable {
  /// Whether to use a stream whose end is missing, with a warning about what is not there. A core is always used.
  package var allowTruncated = false
  /// The root of a copy of the process's file system, for pages that the dump leaves out.
  package var sysroot: String?
  /// Single files that the process had mapped.
  package var files: [String] = []
  /// The number of bytes of memory that may be used; all that is free if nil. Half of it holds decompressed or copied
  /// memory. The rest of those data goes to a temporary file.
  package var memoryLimit: Int?
  /// The directory of the temporary file, which has no name; `$TMPDIR` or `/var/tmp` if nil.
  package var temporaryDirectory: String?
  /// Whether to decompress blocks on first use. A broken one is then detected late, and its bytes are zero instead of
  /// missing.
  package var onDemand = false
  /// The smallest number of decompressed bytes for which that is done: fewer are decompressed as fast in one go.
  package var leastOnDemand = 32 << 20
  /// The maximum number of cores to use.
  package var threadCount = availableCoreCount
  /// A function that is called with the progress of long work in bytes; the total is nil if it is unknown.
  package var progress: (@Sendable (_ done: Int, _ total: Int?) -> Void)?

  package init() {}
}

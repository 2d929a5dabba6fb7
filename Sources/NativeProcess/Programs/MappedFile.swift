package import MemoryImage

/// A file that the process had mapped, as the dump names it. Its bytes need not be in the dump.
package struct MappedFile: Hashable, Sendable {
  /// The addresses at which the file was mapped.
  package let range: AddressRange
  /// The offset in the file at which the mapping begins, in bytes.
  package let offset: UInt64
  /// The file's path in the process's own file system.
  package let path: String

  package init(range: AddressRange, offset: UInt64, path: String) {
    self.range = range
    self.offset = offset
    self.path = path
  }
}

/// Information about a file that was mapped in one or several places.
package struct MappedFileFacts: Equatable, Sendable {
  /// The file's path in the process's own file system.
  package let path: String
  /// The build-id, if the dump holds it.
  package internal(set) var buildID: BuildID?
  /// Whether the first page, in the dump or in the file found, is that of an ELF program or library.
  package internal(set) var isProgram: Bool
  /// The file on this machine that provided pages which the dump left out.
  package internal(set) var source: String?
  /// The identity of that file, which changes with its contents: see `SourceFile`.
  package internal(set) var sourceIdentity: String?
  /// The number of bytes that were taken from it.
  package internal(set) var takenByteCount = 0
  /// The number of further bytes from it that the process had written to, and that were in the dump before it was cut. They
  /// are as they were when the program began.
  package internal(set) var restoredByteCount = 0
  /// The number of bytes of its mappings that neither the dump nor this machine has.
  package internal(set) var missingByteCount = 0
}

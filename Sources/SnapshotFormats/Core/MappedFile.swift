package import MemoryImage

/// A file that the process had mapped, as the dump names it. Its bytes need not be in the dump.
package struct MappedFile: Hashable, Sendable {
  /// Where the file was mapped.
  package let range: AddressRange
  /// Where in the file the mapping begins, in bytes.
  package let offset: UInt64
  /// The file's path in the process's own file system.
  package let path: String

  package init(range: AddressRange, offset: UInt64, path: String) {
    self.range = range
    self.offset = offset
    self.path = path
  }
}

/// What is known of a file that was mapped in one or several places.
package struct MappedFileFacts: Equatable, Sendable {
  /// The file's path in the process's own file system.
  package let path: String
  /// Its build-id, where the dump holds it.
  package internal(set) var buildID: BuildID?
  /// Whether its first page, in the dump or in the file found, is that of an ELF program or library.
  package internal(set) var isProgram: Bool
  /// The file on this machine that gave pages which the dump left out.
  package internal(set) var source: String?
  /// What distinguishes that file from any other, and from itself after a change: see `DumpIdentity`.
  var sourceIdentity: String?
  /// The bytes that were taken from it.
  package internal(set) var takenByteCount = 0
  /// The bytes from it beside them that the process had written to, so that they were in the dump before it was cut:
  /// they are as they were when the program began.
  package internal(set) var restoredByteCount = 0
  /// The bytes of its mappings that neither the dump nor this machine has.
  package internal(set) var missingByteCount = 0
}

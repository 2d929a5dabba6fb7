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

import CElf
import MemoryImage

/// The build-id of a program or library: an identifier that the linker puts into it (`NT_GNU_BUILD_ID`).
package struct BuildID: Hashable, Sendable, CustomStringConvertible {
  /// The bytes, in most cases 20.
  package let bytes: [UInt8]

  /// The hexadecimal digits as `file` and `eu-unstrip` write them.
  package var description: String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }

  private static let noteLimit: UInt64 = 1 << 16
  private static let lengths = 1...64

  /// Reads the build-id of a program or library; nil if it has none, or if its beginning does not hold it.
  init?(of file: borrowing ElfFile) {
    for segment in file.segments where segment.isNote && segment.p_filesz <= Self.noteLimit {
      var found: [UInt8]?
      // The notes before a broken one count.
      try? file.forEachNote(of: segment) { note in
        guard found == nil, note.owner == "GNU", note.type == UInt32(NT_GNU_BUILD_ID),
          Self.lengths.contains(note.description.count)
        else { return }
        found = Array(note.description)
      }
      if let found {
        bytes = found
        return
      }
    }
    return nil
  }

  /// Reads the build-id of a file.
  init?(file: MappedBytes) {
    guard let file = try? ElfFile(file) else { return nil }
    self.init(of: file)
  }

  /// Reads the build-id of a file whose beginning is in the inferior's memory.
  init?(mappedAt range: AddressRange, in memory: AddressSpace) {
    guard let file = ElfFile(mappedAt: range, in: memory) else { return nil }
    self.init(of: file)
  }
}

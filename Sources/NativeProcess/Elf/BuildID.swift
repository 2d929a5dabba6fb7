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

  private static let noteLimit = 1 << 16
  private static let headerLimit = 256

  /// Reads the build-id of an ELF image; nil if the image has none, or if its beginning does not hold it.
  ///
  /// - Parameter read: returns `count` bytes of the image from `offset`, or nil.
  init?(read: (_ offset: Int, _ count: Int) -> [UInt8]?) {
    // `\x7FELF`, ELFCLASS64, ELFDATA2LSB
    guard let header = read(0, 64), header.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]),
      let table = header.integer(UInt64.self, at: 32).flatMap({ Int(exactly: $0) }),
      let width = header.integer(UInt16.self, at: 54), width >= 56,
      let count = header.integer(UInt16.self, at: 56), count <= Self.headerLimit, table < 1 << 30
    else { return nil }
    for number in 0..<Int(count) {
      // PT_NOTE is 4.
      guard let row = read(table + number * Int(width), 56) else { return nil }
      guard row.integer(UInt32.self, at: 0) == 4,
        let offset = row.integer(UInt64.self, at: 8).flatMap({ Int(exactly: $0) }),
        let size = row.integer(UInt64.self, at: 32).flatMap({ Int(exactly: $0) }), size <= Self.noteLimit,
        let notes = read(offset, size), let bytes = Self.bytes(in: notes)
      else { continue }
      self.bytes = bytes
      return
    }
    return nil
  }

  /// Reads the build-id of a file.
  init?(file: MappedBytes) {
    self.init { offset, count in file.bytes(at: offset, count: count) }
  }

  /// Reads the build-id of a file whose beginning is in the inferior's memory.
  init?(mappedAt range: AddressRange, in memory: AddressSpace) {
    self.init { offset, count in
      guard offset <= range.count, count <= range.count - offset else { return nil }
      return (try? memory.array(of: UInt8.self, at: range.start + offset, count: count)).map(Array.init)
    }
  }

  /// Returns the description of the note of owner `GNU` and type 3.
  private static func bytes(in notes: [UInt8]) -> [UInt8]? {
    var position = 0
    while let nameSize = notes.integer(UInt32.self, at: position),
      let size = notes.integer(UInt32.self, at: position + 4), let type = notes.integer(UInt32.self, at: position + 8)
    {
      let name = position + 12
      let description = name + (Int(nameSize) + 3) / 4 * 4
      if type == 3, notes.slice(at: name, count: 4)?.elementsEqual("GNU\0".utf8) == true, size > 0, size <= 64 {
        return notes.slice(at: description, count: Int(size)).map(Array.init)
      }
      position = description + (Int(size) + 3) / 4 * 4
    }
    return nil
  }
}

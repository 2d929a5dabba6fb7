import MemoryImage

/// The size of a dump as its first bytes state it. It is determined before the others are read or decompressed, as there may
/// be any number of them.
enum ContainerExtent {
  /// The number of bytes by which a format is recognized.
  static let headSize = 512
  /// The largest table of program headers that is read, in bytes: more than 100,000 of them.
  private static let tableLimit = 8 << 20

  /// Returns the number of bytes of a core file; nil for a stream, which does not state it, and for a core of too many
  /// headers.
  ///
  /// - Parameter first: returns the first `count` bytes, or fewer if there are fewer.
  /// - Throws: `SnapshotError.unknownFormat` or `.foreignFormat` if they are not the first bytes of a dump.
  static func byteCount(path: String, _ first: (_ count: Int) -> [UInt8]) throws -> Int? {
    let head = first(headSize)
    let bytes = MappedBytes(copying: head)
    guard CoreFile.isElf(bytes) else {
      if let foreign = ForeignFormat(of: bytes) { throw SnapshotError.foreignFormat(path: path, foreign) }
      if RegionStream.isStream(bytes, isPrefix: true) { return nil }
      throw SnapshotError.unknownFormat(path: path, firstBytes: Array(head.prefix(8)))
    }
    // `e_phoff`, `e_shoff`, `e_phentsize`, `e_phnum`, `e_shentsize` and `e_shnum` of `Elf64_Ehdr` (elf.h).
    guard let table = head.integer(UInt64.self, at: 32).flatMap({ Int(exactly: $0) }), table < tableLimit,
      let sections = head.integer(UInt64.self, at: 40), let width = head.integer(UInt16.self, at: 54), width >= 56,
      let count = head.integer(UInt16.self, at: 56), count < .max, let sectionWidth = head.integer(UInt16.self, at: 58),
      let sectionCount = head.integer(UInt16.self, at: 60), table + Int(count) * Int(width) <= tableLimit
    else { return nil }
    let headers = first(table + Int(count) * Int(width))
    var end = UInt64(headers.count)
    func include(_ offset: UInt64, _ size: UInt64) { end = max(end, offset.addingReportingOverflow(size).partialValue) }
    include(sections, UInt64(sectionWidth) * UInt64(sectionCount))
    for number in 0..<Int(count) {
      guard let offset = headers.integer(UInt64.self, at: table + number * Int(width) + 8),
        let size = headers.integer(UInt64.self, at: table + number * Int(width) + 32)
      else { return nil }
      include(offset, size)
    }
    return Int(exactly: end)
  }
}

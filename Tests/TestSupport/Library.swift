package import MemoryImage
package import NativeProcess

/// A shared library of two segments: code with the tables of the dynamic linker, and two pages of data, of which the
/// file has one and a half.
package struct Library {
  package static let dataStart = 0x5000
  package static let fileSize = 0x1000 + 0x1800
  /// Where it was mapped.
  package static let base: UInt64 = 0x7F00_0000_0000

  /// R_X86_64_RELATIVE, R_X86_64_64 and R_X86_64_COPY.
  package static let relative: UInt64 = 8, symbol: UInt64 = 1, copy: UInt64 = 5

  package var machine: UInt16
  /// The place, the type, the symbol's number and the addend of each relocation.
  package var relocations: [(place: UInt64, type: UInt64, symbol: UInt64, addend: UInt64)]
  /// The words of `DT_RELR`.
  package var moved: [UInt64]

  package init(
    machine: UInt16 = 62, relocations: [(place: UInt64, type: UInt64, symbol: UInt64, addend: UInt64)] = [],
    moved: [UInt64] = []
  ) {
    (self.machine, self.relocations, self.moved) = (machine, relocations, moved)
  }

  package var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.fileSize)
    func put(_ words: [UInt64], at offset: Int) {
      let all = words.flatMap(\.littleEndianBytes)
      bytes.replaceSubrange(offset..<(offset + all.count), with: all)
    }
    bytes.replaceSubrange(0..<8, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0])
    put([UInt64(machine) << 16 | 3, 0, 64], at: 16)
    bytes.replaceSubrange(54..<58, with: [56, 0, 3, 0])
    // Kind and flags, offset, address, physical address, size in the file and in memory.
    put([5 << 32 | 1, 0, 0, 0, 0x1000, 0x1000], at: 64)
    put([6 << 32 | 1, 0x1000, UInt64(Self.dataStart), 0, 0x1800, 0x3000], at: 64 + 56)
    put([4 << 32 | 2, 0x200, 0x200, 0, 0x80, 0x80], at: 64 + 112)
    put([7, 0x400, 8, UInt64(relocations.count * 24), 6, 0x300, 36, 0x800, 35, UInt64(moved.count * 8), 0, 0], at: 0x200)
    // The second symbol is defined, at 0x5040; the first is another library's.
    put([0, 0, 0, 7 << 48, 0x5040, 8], at: 0x300)
    for (number, row) in relocations.enumerated() {
      put([row.place, row.symbol << 32 | row.type, row.addend], at: 0x400 + number * 24)
    }
    put(moved, at: 0x800)
    for offset in stride(from: 0x1000, to: Self.fileSize, by: 8) { put([UInt64(offset)], at: offset) }
    return bytes
  }

  package static func range(_ start: Int, count: Int) -> AddressRange? {
    AddressRange(start: Address(base) + start, count: count)
  }

  package static var mappings: [MappedFile] {
    let parts = [(range(0, count: 0x1000), 0), (range(dataStart, count: 0x2000), 0x1000)]
    return parts.compactMap { range, offset in
      range.map { MappedFile(range: $0, offset: UInt64(offset), path: "/lib/library.so") }
    }
  }
}

import MemoryImage

/// Where the independent blocks of a compressed file lie: what `BlockWriter` writes behind them, so that they can be
/// inflated in any order, on all cores, and past a broken one.
///
/// In a zstd file it is the seek table of zstd's seekable format: a skippable frame with the compressed and the
/// inflated size of each frame before it, as 32-bit numbers, and a footer. In a gzip file the same sizes are in the
/// extra fields (subfield `PI`) of empty members at the end, the last of which (subfield `PF`) says where the first
/// begins. Other programs inflate both like any file of their kind.
struct BlockIndex {
  /// A block that is inflated by itself.
  struct Block {
    /// Where the compressed bytes lie in the file.
    let source: Range<Int>
    /// Where the inflated bytes belong.
    let target: Range<Int>
  }

  /// The blocks, each behind the other in both respects.
  let blocks: [Block]
  /// The number of inflated bytes.
  let byteCount: Int

  /// The index of a file, or nil if it has none that fits its size.
  init?(of bytes: MappedBytes, format: CompressionFormat) {
    switch format {
    case .zstd: self.init(seekTableOf: bytes)
    case .gzip: self.init(membersOf: bytes)
    case .xz, .lz4: return nil
    }
    // What no block can become is not set aside: a few bytes could ask for all memory.
    let growth = format == .gzip ? Self.mostGrowthByGzip : Self.mostGrowthByZstd
    guard blocks.allSatisfy({ $0.target.count <= $0.source.count * growth }) else { return nil }
  }

  /// How many bytes one byte becomes at most: 258 from two bits of deflate; 128 KiB from the four of a block of zstd.
  private static let (mostGrowthByGzip, mostGrowthByZstd) = (1032, 32768)

  /// The blocks with these sizes, compressed and inflated, which must fill `end` bytes.
  private init?(sizes: [(UInt32, UInt32)], end: Int) {
    var blocks: [Block] = []
    blocks.reserveCapacity(sizes.count)
    var source = 0
    var target = 0
    for (compressed, inflated) in sizes {
      // Sizes of 32 bits, and fewer than 2^28 of them: the sums cannot overflow.
      blocks.append(
        Block(source: source..<(source + Int(compressed)), target: target..<(target + Int(inflated))))
      source += Int(compressed)
      target += Int(inflated)
    }
    guard source == end, !blocks.isEmpty else { return nil }
    self.blocks = blocks
    byteCount = target
  }
}

// MARK: - zstd

extension BlockIndex {
  static let seekTableMagic: UInt32 = 0x184D_2A5E
  static let seekTableFooter: UInt32 = 0x8F92_EAB1
  /// The most blocks: a terabyte in blocks of 1 MiB.
  static let blockLimit = 1 << 20

  private init?(seekTableOf bytes: MappedBytes) {
    guard let footer = bytes.bytes(at: bytes.count - 9, count: 9),
      footer.integer(UInt32.self, at: 5) == Self.seekTableFooter,
      let count = footer.integer(UInt32.self, at: 0), count <= Self.blockLimit
    else { return nil }
    let width = footer[4] & 0x80 != 0 ? 12 : 8
    let size = Int(count) * width + 9
    let start = bytes.count - size - 8
    guard let table = bytes.bytes(at: start, count: size + 8), table.integer(UInt32.self, at: 0) == Self.seekTableMagic,
      table.integer(UInt32.self, at: 4) == UInt32(size)
    else { return nil }
    self.init(sizes: Self.sizes(in: table, at: 8, count: Int(count), width: width), end: start)
  }

  private static func sizes(
    in table: some RandomAccessCollection<UInt8> & Sendable, at offset: Int, count: Int, width: Int
  ) -> [(UInt32, UInt32)] {
    let table = Array(table)
    return (0..<count).map { number in
      let entry = offset + number * width
      return (table.integer(UInt32.self, at: entry) ?? 0, table.integer(UInt32.self, at: entry + 4) ?? 0)
    }
  }
}

// MARK: - gzip

extension BlockIndex {
  /// An empty member: the header with an extra field, an empty block of deflate, checksum and size.
  static let memberHeader: [UInt8] = [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF]
  static let memberEnd: [UInt8] = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  static let tableSubfield: [UInt8] = Array("PI".utf8)
  static let footerSubfield: [UInt8] = Array("PF".utf8)
  /// The header, the extra field's length, the subfield's name and length.
  static let memberPrefix = 16
  /// How many entries an extra field of 65,535 bytes holds.
  static let entriesPerMember = 8000

  private init?(membersOf bytes: MappedBytes) {
    let footerSize = Self.memberPrefix + 8 + Self.memberEnd.count
    let footerStart = bytes.count - footerSize
    guard let footer = Self.payload(of: bytes, at: footerStart, subfield: Self.footerSubfield), footer.count == 8,
      let start = footer.integer(UInt64.self, at: 0).flatMap({ Int(exactly: $0) }), start < footerStart
    else { return nil }
    var sizes: [(UInt32, UInt32)] = []
    var position = start
    while position < footerStart {
      guard let table = Self.payload(of: bytes, at: position, subfield: Self.tableSubfield), table.count % 8 == 0,
        sizes.count < Self.blockLimit
      else { return nil }
      sizes += Self.sizes(in: table, at: 0, count: table.count / 8, width: 8)
      position += Self.memberPrefix + table.count + Self.memberEnd.count
    }
    self.init(sizes: sizes, end: start)
  }

  /// What the subfield of an empty member holds, or nil if there is no such member at the offset.
  private static func payload(of bytes: MappedBytes, at offset: Int, subfield: [UInt8]) -> [UInt8]? {
    guard let header = bytes.bytes(at: offset, count: memberPrefix), header.starts(with: memberHeader),
      let size = header.integer(UInt16.self, at: 10).map(Int.init), size >= 4,
      Array(header[12..<14]) == subfield, header.integer(UInt16.self, at: 14).map(Int.init) == size - 4
    else { return nil }
    return bytes.bytes(at: offset + memberPrefix, count: size - 4)
  }
}

import CZlib
import MemoryImage

/// The positions of the independent blocks of a compressed file. `BlockWriter` writes the index after the blocks, so that
/// they can be decompressed in any order, on all cores, and past a broken one.
///
/// In a zstd file it is the seek table of zstd's seekable format: a skippable frame with the compressed and the decompressed
/// size of each frame before it, as 32-bit numbers, and a footer. In a gzip file the same sizes are in the extra fields
/// (subfield `PI`) of empty members at the end. The last of these (subfield `PF`) holds the offset of the first. Other
/// programs decompress both like any file of their kind.
///
/// A wrong table would shift all bytes after the wrong block. So it has a checksum (CRC-32 of all sizes): in zstd in a
/// skippable frame before the table, in gzip in the last member. If there is no checksum, each block's own header must agree
/// with the table.
struct BlockIndex {
  /// A block that is decompressed by itself.
  struct Block {
    /// The range of the compressed bytes in the file.
    let source: Range<Int>
    /// The range of the decompressed bytes in the result.
    let target: Range<Int>
  }

  /// The blocks, in order and without gaps in both ranges.
  let blocks: [Block]
  /// The number of decompressed bytes.
  let byteCount: Int

  /// The state of a file's index.
  enum Finding {
    /// No index: another program wrote the file.
    case none
    /// An index that contradicts itself or the blocks. The blocks may still be sound.
    case damaged
    case sound(BlockIndex)
  }

  /// Finds the index of a file, if it has one.
  static func find(in bytes: MappedBytes, format: CompressionFormat) -> Finding {
    guard hasFooter(bytes, format: format) else { return .none }
    let found = format == .gzip ? table(ofMembersOf: bytes) : table(ofSeekTableOf: bytes)
    guard let found, let index = BlockIndex(sizes: found.sizes, end: found.end) else { return .damaged }
    // No memory is reserved for a size that no block can have, as a few bytes could then request all memory.
    let growth = format == .gzip ? mostGrowthByGzip : mostGrowthByZstd
    guard index.blocks.allSatisfy({ $0.target.count <= $0.source.count * growth }) else { return .damaged }
    if let sum = found.sum { return sum == checksum(of: found.sizes) ? .sound(index) : .damaged }
    return BlockHeaderCheck(bytes: bytes, format: format).contradicts(index) ? .damaged : .sound(index)
  }

  /// Reads the index of a file; nil if it has none, or a damaged one.
  init?(of bytes: MappedBytes, format: CompressionFormat) {
    guard case .sound(let index) = Self.find(in: bytes, format: format) else { return nil }
    self = index
  }

  /// Returns an index of the blocks that begin before decompressed byte `limit`.
  func limited(to limit: Int) -> BlockIndex {
    guard byteCount > limit else { return self }
    return BlockIndex(blocks: Array(blocks[..<blocks.firstIndex(sortedPast: { $0.target.lowerBound >= limit })]))
  }

  private init(blocks: [Block]) {
    self.blocks = blocks
    byteCount = blocks.last?.target.upperBound ?? 0
  }

  /// The parts of a table: the compressed and the decompressed size of each block, the end of the blocks, and the checksum.
  private typealias Table = (sizes: [(UInt32, UInt32)], end: Int, sum: UInt32?)

  /// Returns the checksum of a table of these sizes.
  static func checksum(of sizes: [(UInt32, UInt32)]) -> UInt32 {
    let bytes = sizes.flatMap { $0.0.littleEndianBytes + $0.1.littleEndianBytes }
    return unsafe bytes.withUnsafeBytes { buffer in
      // SAFETY: zlib reads the buffer's bytes, fewer than 2^32 of them: `blockLimit` sizes of eight.
      unsafe UInt32(
        truncatingIfNeeded: crc32(0, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(buffer.count)))
    }
  }

  /// The most bytes that one byte can expand to: 258 from two bits of deflate; 128 KiB from the four bytes of a block of
  /// zstd.
  private static let (mostGrowthByGzip, mostGrowthByZstd) = (1032, 32768)

  /// Creates an index of blocks with these compressed and decompressed sizes, which must fill `end` bytes.
  private init?(sizes: [(UInt32, UInt32)], end: Int) {
    var blocks: [Block] = []
    blocks.reserveCapacity(sizes.count)
    var source = 0
    var target = 0
    for (compressed, inflated) in sizes {
      // The sums cannot overflow: the sizes have 32 bits, and there are fewer than 2^28 of them.
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
  /// The first bytes of the skippable frame of eight bytes that holds the table's checksum: the checksum follows the four
  /// letters.
  static let checksumFrame: [UInt8] =
    UInt32(0x184D_2A5D).littleEndianBytes + UInt32(8).littleEndianBytes + Array("PMTS".utf8)
  /// The maximum number of blocks: 64 TiB in blocks of 1 MiB. Each has an entry in the file.
  static let blockLimit = 1 << 26
  private static let seekTableFooterSize = 9

  private static func hasFooter(_ bytes: MappedBytes, format: CompressionFormat) -> Bool {
    switch format {
    case .zstd: bytes.bytes(at: bytes.count - 4, count: 4)?.integer(UInt32.self, at: 0) == seekTableFooter
    case .gzip: footer(of: bytes) != nil
    case .xz, .lz4: false
    }
  }

  private static func table(ofSeekTableOf bytes: MappedBytes) -> Table? {
    guard let footer = bytes.bytes(at: bytes.count - seekTableFooterSize, count: seekTableFooterSize),
      let count = footer.integer(UInt32.self, at: 0), count <= Self.blockLimit
    else { return nil }
    let width = footer[4] & 0x80 != 0 ? 12 : 8
    let size = Int(count) * width + seekTableFooterSize
    let start = bytes.count - size - 8
    guard let table = bytes.bytes(at: start, count: size + 8), table.integer(UInt32.self, at: 0) == Self.seekTableMagic,
      table.integer(UInt32.self, at: 4) == UInt32(size)
    else { return nil }
    let sizes = sizes(in: table, at: 8, count: Int(count), width: width)
    let frameSize = checksumFrame.count + 4
    guard let frame = bytes.bytes(at: start - frameSize, count: frameSize), frame.starts(with: checksumFrame) else {
      return (sizes, start, nil)
    }
    return (sizes, start - frameSize, frame.integer(UInt32.self, at: checksumFrame.count))
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
  /// The parts of an empty member: a header with an extra field; then an empty block of deflate, the checksum and the size.
  static let memberHeader: [UInt8] = [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF]
  static let memberEnd: [UInt8] = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  static let tableSubfield: [UInt8] = Array("PI".utf8)
  static let footerSubfield: [UInt8] = Array("PF".utf8)
  /// The size of the header, the extra field's length, and the subfield's name and length.
  static let memberPrefix = 16
  /// The number of entries that an extra field of 65,535 bytes holds.
  static let entriesPerMember = 8000
  /// The sizes of the footer's payload: the table's checksum, which earlier versions left out, and its offset.
  private static let footerPayloads = [12, 8]

  /// Returns the last member's payload and offset.
  private static func footer(of bytes: MappedBytes) -> (payload: [UInt8], start: Int)? {
    for size in footerPayloads {
      let start = bytes.count - (memberPrefix + size + memberEnd.count)
      if let payload = payload(of: bytes, at: start, subfield: footerSubfield), payload.count == size {
        return (payload, start)
      }
    }
    return nil
  }

  private static func table(ofMembersOf bytes: MappedBytes) -> Table? {
    guard let footer = footer(of: bytes),
      let start = footer.payload.integer(UInt64.self, at: footer.payload.count - 8).flatMap({ Int(exactly: $0) }),
      start < footer.start
    else { return nil }
    var sizes: [(UInt32, UInt32)] = []
    var position = start
    while position < footer.start {
      guard let table = Self.payload(of: bytes, at: position, subfield: Self.tableSubfield), table.count % 8 == 0,
        sizes.count < Self.blockLimit
      else { return nil }
      sizes += Self.sizes(in: table, at: 0, count: table.count / 8, width: 8)
      position += Self.memberPrefix + table.count + Self.memberEnd.count
    }
    return (sizes, start, footer.payload.count > 8 ? footer.payload.integer(UInt32.self, at: 0) : nil)
  }

  /// Returns the subfield's contents of an empty member, or nil if there is no such member at the offset.
  private static func payload(of bytes: MappedBytes, at offset: Int, subfield: [UInt8]) -> [UInt8]? {
    guard let header = bytes.bytes(at: offset, count: memberPrefix), header.starts(with: memberHeader),
      let size = header.integer(UInt16.self, at: 10).map(Int.init), size >= 4,
      Array(header[12..<14]) == subfield, header.integer(UInt16.self, at: 14).map(Int.init) == size - 4
    else { return nil }
    return bytes.bytes(at: offset + memberPrefix, count: size - 4)
  }
}

import CZlib
import CZstd
import MemoryImage

/// Compresses bytes in independent blocks, on all cores, and writes an index after them: see `BlockIndex`.
struct BlockWriter {
  let format: CompressionFormat
  let threadCount: Int

  /// The largest decompressed size of a block: large enough to compress well, small enough to keep all cores busy.
  static let blockSize = 1 << 20
  /// The size of a region's header in a stream, which is a block of its own. No other block is as small, as whole pages
  /// follow.
  static let headerSize = 16

  /// Compresses all of `bytes` and passes the result to `output`, piece by piece.
  ///
  /// - Parameters:
  ///   - headers: the offsets of the regions' headers, in ascending order; each header becomes a block.
  ///   - holes: long parts that are known to be zero, in ascending order: they are not read.
  /// - Throws: `CaptureError.interrupted`, and what `output` throws.
  func write(
    _ bytes: UnsafeRawBufferPointer, headers: [Int] = [], holes: [Range<Int>] = [],
    to output: (UnsafeRawBufferPointer) throws -> Void, progress: ((Int) -> Void)? = nil
  ) throws {
    let blocks = Self.blocks(byteCount: bytes.count, headers: headers)
    var sizes: [(UInt32, UInt32)] = []
    var position = 0
    let batch = threadCount * 8
    let zeroBlock = [UInt8](repeating: 0, count: holes.isEmpty ? 0 : Self.blockSize)
    let zeros = unsafe zeroBlock.withUnsafeBytes { unsafe compressed($0) }
    while position < blocks.count {
      try DeferredSignals.check()
      let part = blocks[position..<min(blocks.count, position + batch)]
      // SAFETY: `bytes` outlives the call, and nothing writes to them.
      nonisolated(unsafe) let source = unsafe bytes
      let results = concurrentMap(count: part.count, threadCount: threadCount) { number in
        let block = part[part.startIndex + number]
        if block.count == Self.blockSize, holes.hold(block) { return zeros }
        return unsafe compressed(UnsafeRawBufferPointer(rebasing: source[block]))
      }
      for (block, result) in zip(part, results) {
        guard !result.isEmpty else { throw DecodingProblem(description: "\(format): out of memory") }
        unsafe try result.withUnsafeBytes { unsafe try output($0) }
        sizes.append((UInt32(result.count), UInt32(block.count)))
        progress?(block.count)
      }
      position += part.count
    }
    unsafe try index(of: sizes).withUnsafeBytes { unsafe try output($0) }
  }

  /// Returns the ranges of `byteCount` bytes that become blocks.
  static func blocks(byteCount: Int, headers: [Int]) -> [Range<Int>] {
    var blocks: [Range<Int>] = []
    var position = 0
    for header in headers + [byteCount] {
      while position < header {
        blocks.append(position..<min(header, position + blockSize))
        position = blocks[blocks.count - 1].upperBound
      }
      guard header < byteCount else { break }
      blocks.append(header..<min(byteCount, header + headerSize))
      position = blocks[blocks.count - 1].upperBound
    }
    return blocks
  }
}

extension [Range<Int>] {
  /// Returns whether one of the ranges, which are in ascending order and disjoint, contains all of `part`.
  fileprivate func hold(_ part: Range<Int>) -> Bool {
    let index = firstIndex(sortedPast: { $0.upperBound >= part.upperBound })
    return index < count && self[index].lowerBound <= part.lowerBound
  }
}

private extension BlockWriter {
  /// Returns the block as a gzip member or zstd frame of its own; empty if there is not enough memory.
  func compressed(_ block: UnsafeRawBufferPointer) -> [UInt8] {
    format == .gzip ? unsafe gzip(block) : unsafe zstd(block)
  }

  /// Compresses at zlib's fastest level: the next one takes twice the time to save a tenth.
  func gzip(_ block: UnsafeRawBufferPointer) -> [UInt8] {
    var stream = unsafe z_stream()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    // 15 bits of window, plus 16 for a gzip header; 8 is the default memory level.
    guard
      unsafe deflateInit2_(
        &stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    else { return [] }
    defer { unsafe deflateEnd(&stream) }
    let capacity = Int(unsafe deflateBound(&stream, UInt(block.count)))
    return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      // SAFETY: zlib only reads its input, and `deflateBound` bytes are enough for one call.
      unsafe stream.next_in = UnsafeMutablePointer(mutating: block.baseAddress?.assumingMemoryBound(to: UInt8.self))
      unsafe stream.avail_in = UInt32(block.count)
      unsafe stream.next_out = buffer.baseAddress
      unsafe stream.avail_out = UInt32(capacity)
      count = unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END ? capacity - Int(unsafe stream.avail_out) : 0
    }
  }

  /// Compresses at the fastest of the regular levels, with a checksum that reveals a broken block.
  func zstd(_ block: UnsafeRawBufferPointer) -> [UInt8] {
    guard let context = unsafe ZSTD_createCCtx() else { return [] }
    defer { unsafe ZSTD_freeCCtx(context) }
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    let capacity = ZSTD_compressBound(block.count)
    return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      // SAFETY: the library writes at most `capacity` bytes, and returns how many.
      let result = unsafe ZSTD_compress2(context, buffer.baseAddress, capacity, block.baseAddress, block.count)
      count = ZSTD_isError(result) == 0 ? result : 0
    }
  }

  func index(of sizes: [(UInt32, UInt32)]) -> [UInt8] {
    format == .gzip ? Self.members(of: sizes) : Self.seekTable(of: sizes)
  }

  /// Returns zstd's seek table, after a frame with the table's checksum. It has no checksums of frames, which have their
  /// own.
  static func seekTable(of sizes: [(UInt32, UInt32)]) -> [UInt8] {
    var table = BlockIndex.checksumFrame + BlockIndex.checksum(of: sizes).littleEndianBytes
    table += BlockIndex.seekTableMagic.littleEndianBytes + UInt32(sizes.count * 8 + 9).littleEndianBytes
    for (compressed, inflated) in sizes { table += compressed.littleEndianBytes + inflated.littleEndianBytes }
    return table + UInt32(sizes.count).littleEndianBytes + [0] + BlockIndex.seekTableFooter.littleEndianBytes
  }

  /// Returns empty members with the sizes in their extra fields, and one with the offset of the first and their checksum.
  static func members(of sizes: [(UInt32, UInt32)]) -> [UInt8] {
    var members: [UInt8] = []
    for start in stride(from: 0, to: sizes.count, by: BlockIndex.entriesPerMember) {
      let part = sizes[start..<min(sizes.count, start + BlockIndex.entriesPerMember)]
      let payload = part.flatMap { $0.0.littleEndianBytes + $0.1.littleEndianBytes }
      members += member(BlockIndex.tableSubfield, payload)
    }
    let start = sizes.reduce(UInt64(0)) { $0 + UInt64($1.0) }
    return members
      + member(
        BlockIndex.footerSubfield, BlockIndex.checksum(of: sizes).littleEndianBytes + start.littleEndianBytes)
  }

  static func member(_ subfield: [UInt8], _ payload: [UInt8]) -> [UInt8] {
    BlockIndex.memberHeader + UInt16(payload.count + 4).littleEndianBytes + subfield
      + UInt16(payload.count).littleEndianBytes + payload + BlockIndex.memberEnd
  }
}

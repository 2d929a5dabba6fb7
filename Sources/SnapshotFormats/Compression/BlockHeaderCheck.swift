import CZstd
import MemoryImage

/// Compares a block table that has no checksum with the blocks' own headers. A frame of zstd states its decompressed size
/// (RFC 8878, `Frame_Content_Size`), and so does a member of gzip at its end (RFC 1952, `ISIZE`).
struct BlockHeaderCheck {
  let bytes: MappedBytes
  let format: CompressionFormat

  /// The number of broken blocks above which the table is at fault.
  private static let mostBroken = 8
  /// How much of a block is decompressed at a time to count its bytes, in bytes.
  private static let step = 1 << 18

  /// Returns whether the table is wrong, rather than a few blocks being broken.
  ///
  /// A wrong boundary shows in the blocks on both sides of it. A wrong size shows where the block is sound by its own
  /// checksum.
  func contradicts(_ index: BlockIndex) -> Bool {
    let odd = index.blocks.indices.filter { !fits(index.blocks[$0]) }
    if odd.count > Self.mostBroken || zip(odd, odd.dropFirst()).contains(where: { $0 + 1 == $1 }) { return true }
    return odd.contains { isSound(index.blocks[$0]) }
  }

  /// Returns whether a block's header and end agree with the table.
  private func fits(_ block: BlockIndex.Block) -> Bool {
    guard CompressionFormat(of: bytes, at: block.source.lowerBound) == format else { return false }
    switch format {
    case .gzip:
      let end = block.source.upperBound - 4
      return end >= block.source.lowerBound && bytes.load(UInt32.self, at: end) == UInt32(block.target.count)
    case .zstd:
      // SAFETY: the index covers the file from its first byte to its own.
      let source = unsafe UnsafeRawBufferPointer(rebasing: bytes.buffer[block.source])
      let size = unsafe ZSTD_getFrameContentSize(source.baseAddress, source.count)
      // ZSTD_CONTENTSIZE_UNKNOWN is not a contradiction.
      return size == UInt64.max || size == UInt64(block.target.count)
    case .xz, .lz4: return true
    }
  }

  /// Returns whether a block, decompressed by itself, ends where the table says and has the right checksum.
  private func isSound(_ block: BlockIndex.Block) -> Bool {
    guard let decoder = try? format.makeDecoder() else { return false }
    return unsafe withUnsafeTemporaryAllocation(byteCount: Self.step, alignment: 16) { room in
      var offset = block.source.lowerBound
      // SAFETY: the index covers the file from its first byte to its own.
      while let step = try? unsafe decoder.step(
        input: UnsafeRawBufferPointer(rebasing: bytes.buffer[offset..<block.source.upperBound]), output: room)
      {
        offset += step.consumed
        if step.isAtEnd { return offset == block.source.upperBound }
        guard step.consumed > 0 || step.produced > 0 else { return false }
      }
      return false
    }
  }
}

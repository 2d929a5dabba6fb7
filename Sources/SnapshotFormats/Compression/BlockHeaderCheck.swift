import CZstd
import MemoryImage

/// Compares a table of blocks that has no checksum with what the blocks say of themselves: a frame of zstd its inflated size
/// (RFC 8878, `Frame_Content_Size`), a member of gzip the same at its end (RFC 1952, `ISIZE`).
struct BlockHeaderCheck {
  let bytes: MappedBytes
  let format: CompressionFormat

  /// More blocks than these are not broken by chance.
  private static let mostBroken = 8
  /// How much of a block is inflated at a time, to count its bytes.
  private static let step = 1 << 18

  /// Whether the table is wrong, rather than one or the other block broken.
  ///
  /// A boundary that is wrong shows at the blocks on both sides of it; a size that is wrong where the block is sound by its
  /// own checksum.
  func contradicts(_ index: BlockIndex) -> Bool {
    let odd = index.blocks.indices.filter { !fits(index.blocks[$0]) }
    if odd.count > Self.mostBroken || zip(odd, odd.dropFirst()).contains(where: { $0 + 1 == $1 }) { return true }
    return odd.contains { isSound(index.blocks[$0]) }
  }

  /// Whether a block's header and end agree with the table.
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
      // ZSTD_CONTENTSIZE_UNKNOWN, which is no contradiction.
      return size == UInt64.max || size == UInt64(block.target.count)
    case .xz, .lz4: return true
    }
  }

  /// Whether a block, inflated by itself, ends where the table says, sound by its checksum.
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

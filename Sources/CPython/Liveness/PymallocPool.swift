package import MemoryImage

/// A pool of pymalloc: one page of blocks of one size. Its header describes it completely, so it can be judged without
/// the allocator's state, and shows which of its blocks are in use.
///
/// Mirrors `struct pool_header` in CPython's `Objects/obmalloc.c`, since 3.12 in `Include/internal/pycore_obmalloc.h`.
package struct PymallocPool: Sendable {
  /// The address of the pool, where its header is.
  package let address: Address
  /// The size of each block, in bytes.
  package let blockSize: Int
  /// The first block, and the end of the blocks that were ever given out.
  private let firstBlock: Address
  private let end: Address
  /// The blocks on the free list, one bit each.
  private let freeBlocks: BlockSet

  /// An empty pool, without blocks.
  package init() {
    address = .null
    blockSize = 0
    firstBlock = .null
    end = .null
    freeBlocks = BlockSet()
  }

  /// The pool at `address`; nil if there is none.
  package init?(at address: Address, in inferior: Inferior) {
    let layout = inferior.layout.pymalloc
    let memory = inferior.memory.guessing
    guard let record = try? memory.record(at: address, size: layout.headerSize) else { return nil }
    let sizeClass = Int(record[layout.szidx])
    guard sizeClass < layout.largestBlock / layout.alignment else { return nil }
    let blockSize = (sizeClass + 1) * layout.alignment
    let next = Int(record[layout.nextoffset])
    let count = Int(record[layout.count])
    let capacity = (layout.poolSize - layout.headerSize) / blockSize
    // `maxnextoffset` is the largest offset at which a block still fits. Memory that is not a header hardly ever has it.
    guard Int(record[layout.maxnextoffset]) == layout.poolSize - blockSize, count <= capacity,
      next >= layout.headerSize, next <= layout.poolSize, (next - layout.headerSize) % blockSize == 0,
      memory.isMapped(address, byteCount: layout.poolSize)
    else { return nil }
    self.address = address
    self.blockSize = blockSize
    firstBlock = address + layout.headerSize
    // An empty pool waits for another size class; it has no live blocks.
    end = address + (count == 0 ? layout.headerSize : next)
    var free = BlockSet()
    let carved = (next - layout.headerSize) / blockSize
    var block = record[layout.freeblock]
    var remaining = carved - count
    while remaining > 0, !block.isNull {
      guard let index = Self.index(of: block, first: firstBlock, end: address + next, blockSize: blockSize),
        free.insert(index), let following: Address = try? memory.load(at: block)
      else { return nil }
      block = following
      remaining -= 1
    }
    freeBlocks = free
  }

  private static func index(of block: Address, first: Address, end: Address, blockSize: Int) -> Int? {
    guard block >= first, block < end else { return nil }
    let offset = Int(truncatingIfNeeded: block.rawValue &- first.rawValue)
    return offset % blockSize == 0 ? offset / blockSize : nil
  }

  /// Whether a block in use begins at `address`.
  package func isBlockInUse(at address: Address) -> Bool {
    guard let index = Self.index(of: address, first: firstBlock, end: end, blockSize: blockSize) else { return false }
    return !freeBlocks.contains(index)
  }
}

/// A set of small numbers, below 1024: a 16 KiB pool has at most 1,021 blocks.
private struct BlockSet: Sendable {
  private var words: InlineArray<16, UInt64> = .init(repeating: 0)

  /// Adds a number; returns false if it was there already, or is too large.
  mutating func insert(_ index: Int) -> Bool {
    guard index >= 0, index < 1024, !contains(index) else { return false }
    words[index >> 6] |= 1 << UInt64(index & 63)
    return true
  }

  func contains(_ index: Int) -> Bool {
    index >= 0 && index < 1024 && words[index >> 6] >> UInt64(index & 63) & 1 == 1
  }
}

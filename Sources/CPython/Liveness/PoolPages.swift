package import CScan
package import MemoryImage

/// The pages of a chunk of memory that are pools of pymalloc, by their headers alone, and the rest.
package enum PoolPages {
  /// A stretch of memory that lies in pools as a whole, or outside of them.
  package struct Run {
    /// The memory, as a chunk of its own.
    package let chunk: MemoryChunk
    /// Whether it is pools.
    package let isPools: Bool
  }

  /// The chunk, cut where pools begin and end, in ascending order.
  package static func runs(of chunk: MemoryChunk, in inferior: Inferior) -> [Run] {
    // Not for each page: the layouts are large, and would be copied.
    let layout = inferior.layout.pymalloc
    var runs: [Run] = []
    var start = chunk.range.start
    func end(_ next: Address, isPools: Bool) {
      if let part = chunk.part(from: start, to: next) { runs.append(Run(chunk: part, isPools: isPools)) }
      start = next
    }
    var (page, isPools) = (0, false)
    let first = layout.isUsable ? (start + (layout.poolSize - 1)).alignedDown(to: UInt64(layout.poolSize)) : .null
    let before = Int(truncatingIfNeeded: first.rawValue &- start.rawValue)
    let count = first >= start && first < chunk.range.end ? (chunk.range.count - before) / layout.poolSize : 0
    var pools = scan_pool_layout(layout)
    while page < count {
      // SAFETY: `count` whole pages lie in the chunk from `first` on, and the header's fields in a page.
      let bytes = unsafe chunk.bytes + before + page * layout.poolSize
      page += unsafe scan_pool_pages(&pools, bytes.assumingMemoryBound(to: UInt8.self), count - page, isPools)
      // What is left behind the last whole page is no pool.
      if isPools || page < count { end(first + page * layout.poolSize, isPools: isPools) }
      isPools.toggle()
    }
    end(chunk.range.end, isPools: false)
    return runs
  }
}

extension PymallocLayout {
  /// Whether pools are as the kernels know them, with all fields that are read inside of the header. The layout may have
  /// come from the dump.
  package var isUsable: Bool {
    let halves = [count.bytes, szidx.bytes, nextoffset.bytes, maxnextoffset.bytes]
    return alignment == 16 && headerSize % 16 == 0 && largestBlock < poolSize && (4096...16384).contains(poolSize)
      && poolSize.nonzeroBitCount == 1 && halves.allSatisfy { $0 >= 0 && $0 <= min(headerSize, 4096) - 4 }
      && freeblock.bytes >= 0 && freeblock.bytes <= headerSize - 8
  }
}

extension scan_pool_layout {
  /// What the kernels know of pools.
  package init(_ layout: PymallocLayout) {
    self.init(
      pool_size: UInt32(clamping: layout.poolSize), header_size: UInt32(clamping: layout.headerSize),
      largest_block: UInt32(clamping: layout.largestBlock), count_at: UInt32(clamping: layout.count.bytes),
      free_at: UInt32(clamping: layout.freeblock.bytes), class_at: UInt32(clamping: layout.szidx.bytes),
      next_offset_at: UInt32(clamping: layout.nextoffset.bytes),
      largest_offset_at: UInt32(clamping: layout.maxnextoffset.bytes))
  }
}

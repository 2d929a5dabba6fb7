package import CScan
package import MemoryImage

/// Divides a chunk of memory into pools of pymalloc, recognised by their headers alone, and the rest.
package enum PoolPages {
  /// A range of memory that is in pools entirely, or entirely outside them.
  package struct Run {
    /// The memory of the run as a chunk.
    package let chunk: MemoryChunk
    /// Whether the memory is in pools.
    package let isPools: Bool
  }

  /// The runs of the chunk, cut where pools begin and end, in ascending order.
  package static func runs(of chunk: MemoryChunk, in inferior: Inferior) -> [Run] {
    // Read once, not for each page: layouts are large, and would be copied.
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
      // SAFETY: `count` whole pages are in the chunk from `first` on, and the header's fields in a page.
      let bytes = unsafe chunk.bytes + before + page * layout.poolSize
      page += unsafe scan_pool_pages(&pools, bytes.assumingMemoryBound(to: UInt8.self), count - page, isPools)
      // The rest after the last whole page is not a pool.
      if isPools || page < count { end(first + page * layout.poolSize, isPools: isPools) }
      isPools.toggle()
    }
    end(chunk.range.end, isPools: false)
    return runs
  }
}

extension PymallocLayout {
  /// Whether pools have the form that the kernels expect, with all fields that are read inside the header. The layout may
  /// come from the dump.
  package var isUsable: Bool {
    let halves = [count.bytes, szidx.bytes, nextoffset.bytes, maxnextoffset.bytes]
    return alignment == 16 && headerSize % 16 == 0 && largestBlock < poolSize && (4096...16384).contains(poolSize)
      && poolSize.nonzeroBitCount == 1 && halves.allSatisfy { $0 >= 0 && $0 <= min(headerSize, 4096) - 4 }
      && freeblock.bytes >= 0 && freeblock.bytes <= headerSize - 8
  }
}

extension scan_pool_layout {
  /// The layout of pools as the kernels take it.
  package init(_ layout: PymallocLayout) {
    self.init(
      pool_size: UInt32(clamping: layout.poolSize), header_size: UInt32(clamping: layout.headerSize),
      largest_block: UInt32(clamping: layout.largestBlock), count_at: UInt32(clamping: layout.count.bytes),
      free_at: UInt32(clamping: layout.freeblock.bytes), class_at: UInt32(clamping: layout.szidx.bytes),
      next_offset_at: UInt32(clamping: layout.nextoffset.bytes),
      largest_offset_at: UInt32(clamping: layout.maxnextoffset.bytes))
  }
}

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
    let memory = inferior.memory
    let page = layout.poolSize
    var runs: [Run] = []
    var start = chunk.range.start
    var isPools = false
    func end(_ next: Address) {
      if let part = chunk.part(from: start, to: next) { runs.append(Run(chunk: part, isPools: isPools)) }
      start = next
    }
    var address = (chunk.range.start + (page - 1)).alignedDown(to: UInt64(page))
    while address >= chunk.range.start, address < chunk.range.end {
      let whole = Int(truncatingIfNeeded: chunk.range.end.rawValue &- address.rawValue) >= page
      let isPool = whole && hasHeader(at: address, layout, in: memory)
      if isPool != isPools {
        end(address)
        isPools = isPool
      }
      address = address + page
    }
    end(chunk.range.end)
    return runs
  }

  /// Whether a page begins like a pool: `szidx`, `maxnextoffset`, `nextoffset` and `count` agree with each other.
  private static func hasHeader(at address: Address, _ layout: PymallocLayout, in memory: MemoryReader) -> Bool {
    guard let record = try? memory.record(at: address, size: layout.headerSize) else { return false }
    let blockSize = (Int(record[layout.szidx]) &+ 1) &* layout.alignment
    let next = Int(record[layout.nextoffset])
    return blockSize <= layout.largestBlock && Int(record[layout.maxnextoffset]) == layout.poolSize - blockSize
      && next >= layout.headerSize && next <= layout.poolSize && (next - layout.headerSize) % blockSize == 0
      && Int(record[layout.count]) <= (layout.poolSize - layout.headerSize) / blockSize
  }
}

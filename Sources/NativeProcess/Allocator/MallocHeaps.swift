public import MemoryImage

/// The heaps of the C library's `malloc` in a process that uses glibc: see `MallocHeap`.
public struct MallocHeaps: Sendable {
  /// The heaps in ascending order.
  public let heaps: [MallocHeap]
  private let memory: MemoryReader?

  /// The alignment of heaps other than the first (`HEAP_MAX_SIZE` in malloc/arena.c), in bytes.
  private static let alignment: UInt64 = 64 << 20
  /// The offsets at which the first chunk of such a heap may be, after `heap_info` and, in the first heap of an arena,
  /// `malloc_state`.
  private static let infoSizes = [32, 48, 64]
  private static let stateSizes = 2048..<2560

  /// Creates an empty set of heaps.
  public init() {
    heaps = []
    memory = nil
  }

  /// Finds the heaps of a process outside of the ranges that are known to be something else, which are in ascending order
  /// and disjoint.
  public init(in space: AddressSpace, except others: [AddressRange]) {
    let memory = space.reader
    self.memory = memory
    var heaps: [MallocHeap] = []
    // A heap may begin where a program's data end, regardless of how the dump divides memory into regions.
    let parts = space.stretches.flatMap { $0.without(others) }
    let ends = parts.map(\.end)
    for part in parts {
      // The heap may extend over more than one stretch.
      if let last = heaps.last, last.range.contains(part.start) { continue }
      let limit = Self.endOfRun(from: part.start, in: memory)
      if let heap = MallocHeap(at: part.start, ends: ends, limit: limit, in: memory) {
        heaps.append(heap)
        continue
      }
      heaps += part.without(space.untouched).flatMap { Self.arenaHeaps(in: $0, memory: memory) }
    }
    self.heaps = heaps.sorted { $0.range.start < $1.range.start }
  }

  /// Returns the heaps of other threads' arenas in a range: each begins at a multiple of 64 MiB with a `heap_info`.
  private static func arenaHeaps(in range: AddressRange, memory: MemoryReader) -> [MallocHeap] {
    var found: [MallocHeap] = []
    var start = (range.start + Int(alignment - 1)).alignedDown(to: alignment)
    while range.contains(start) {
      if let heap = arenaHeap(at: start, memory: memory) { found.append(heap) }
      start = start + Int(alignment)
    }
    return found
  }

  private static func arenaHeap(at start: Address, memory: MemoryReader) -> MallocHeap? {
    guard let arena: Address = try? memory.load(at: start), arena.isAligned(to: 8), !arena.isNull,
      let size: UInt64 = try? memory.load(at: start + 16), size > 0, size <= alignment, size % 4096 == 0,
      memory.isMapped(start, byteCount: Int(size))
    else { return nil }
    let end = start + Int(size)
    let isFirst = arena > start && arena <= start + 64
    let sizes = isFirst ? stateSizes.filter { $0 % 8 == 0 }.map { Int(arena.rawValue &- start.rawValue) + $0 } : infoSizes
    for size in sizes where (start + size).isAligned(to: 16) {
      if let heap = MallocHeap(at: start + size, ends: [end], limit: end, in: memory) { return heap }
    }
    return nil
  }

  /// Returns the end of the mapped memory that contains `address`, across adjacent regions.
  private static func endOfRun(from address: Address, in memory: MemoryReader) -> Address {
    memory.segments.index(containing: address).map { memory.segments.endOfRun(from: $0) } ?? address
  }
}

extension MallocHeaps {
  /// Returns whether a chunk with a mapping of its own has its contents at `address`, with at least `byteCount` bytes. Such
  /// a chunk has a header at the start of a page with the flag set, and a size of whole pages, all of them mapped
  /// (`sysmalloc_mmap`).
  public func isMappedChunk(at address: Address, byteCount: Int) -> Bool {
    let chunk = address - MallocHeap.headerSize
    guard chunk.isAligned(to: 4096), let memory, let word: UInt64 = try? memory.load(at: chunk + 8),
      (try? memory.load(UInt64.self, at: chunk)) == 0
    else { return false }
    let size = Int(truncatingIfNeeded: word & ~7)
    return word & 7 == MallocHeap.isMapped && size % 4096 == 0 && byteCount <= size - MallocHeap.headerSize
      && memory.isMapped(chunk, byteCount: size)
  }
}

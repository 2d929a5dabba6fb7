import CScan
public import MemoryImage

/// A heap of the C library's `malloc`: a chain of chunks that was followed from the first to the last.
///
/// Mirrors `struct malloc_chunk` in glibc's malloc/malloc.c: a word that belongs to the previous chunk, the chunk's size
/// with three flags in its lowest bits, then the bytes given to the program. The chain is proved by being consistent to the
/// end of the memory, as the memory of no other allocator is. This is a class because judges use it for every chunk, and a
/// structure would be copied each time.
public final class MallocHeap: Sendable {
  /// The addresses from the first chunk to the end of the last.
  public let range: AddressRange
  /// A bit for each 16 bytes, set if a chunk begins there.
  private let starts: [UInt64]
  private let memory: MemoryReader

  /// The size of a chunk's first two words (`CHUNK_HDR_SZ`).
  public static let headerSize = 16
  /// The smallest chunk (`MINSIZE`).
  private static let smallestChunk: UInt64 = 32
  /// `PREV_INUSE`: the chunk before this one is in use.
  private static let previousInUse: UInt64 = 1
  /// `IS_MMAPPED`: the chunk has a mapping of its own.
  static let isMapped: UInt64 = 2

  /// Creates the heap whose first chunk is at `first`; nil if the chain of chunks breaks before it reaches one of `ends`,
  /// which are in ascending order.
  init?(at first: Address, ends: [Address], limit: Address, in memory: MemoryReader) {
    guard first.isAligned(to: 16), first < limit, let whole = AddressRange(start: first, end: limit) else { return nil }
    var starts: [UInt64] = []
    var position = first
    var end: Address?
    while true {
      let regionEnd = Self.firstEnd(in: ends, notBefore: position + 1) ?? limit
      let stop = min(regionEnd, limit) - Self.lookAhead
      position = Self.follow(from: position, first: first, upTo: stop, &starts, in: memory)
      // Swift checks what the kernel does not decide, mostly at the ends of regions.
      guard let size = Self.size(at: position, limit: limit, in: memory) else { break }
      let bit = Int(truncatingIfNeeded: position.rawValue &- first.rawValue) >> 4
      while starts.count <= bit >> 6 { starts.append(0) }
      starts[bit >> 6] |= 1 << UInt64(bit & 63)
      let next = position + Int(size)
      let isConsistent = Self.isConsistent(size: size, next: next, limit: limit, in: memory)
      // The last chunk ends at a page boundary, and the memory after it may hold anything.
      if isConsistent || next.isAligned(to: 4096) { position = next }
      guard isConsistent else { break }
      if Self.firstEnd(in: ends, notBefore: position) == position { end = position }
      if Self.isFencepost(at: position, limit: limit, in: memory) {
        end = position
        break
      }
    }
    // Memory of other use may follow directly, so the heap ends at the last of `ends` that the chain reached. If the dump
    // does not mark that memory as different, a long chain that stops at a page boundary has reached the end of the heap.
    if end == nil, position.isAligned(to: 4096), starts.reduce(0, { $0 + $1.nonzeroBitCount }) >= Self.longChain {
      end = position
    }
    guard let end, let range = AddressRange(start: whole.start, end: end) else { return nil }
    self.range = range
    self.starts = starts
    self.memory = memory
  }

  private static func firstEnd(in ends: [Address], notBefore address: Address) -> Address? {
    let index = ends.firstIndex(sortedPast: { $0 >= address })
    return index < ends.count ? ends[index] : nil
  }

  /// The number of consecutive chunks that cannot be due to chance.
  private static let longChain = 64
  /// A number of bytes larger than a header and the fenceposts of a heap.
  private static let lookAhead = 64

  /// Follows the chain as long as it is plausible, up to `stop`. Returns the address at which it stopped.
  private static func follow(
    from chunk: Address, first: Address, upTo stop: Address, _ starts: inout [UInt64], in memory: MemoryReader
  ) -> Address {
    var position = chunk
    while position < stop, let segment = memory.segments.index(containing: position) {
      let readable = memory.segments.byteCount(from: position, in: segment) - lookAhead
      let offset = Int(truncatingIfNeeded: position.rawValue &- first.rawValue)
      // The bitmap grows with the chain, as a chain outside of a heap ends soon.
      while starts.count <= offset >> 10 + 1 { starts.append(contentsOf: repeatElement(0, count: max(64, starts.count))) }
      let covered = starts.count << 10 - offset
      let end = min(readable, covered, Int(truncatingIfNeeded: stop.rawValue &- position.rawValue))
      guard end > 0 else { break }
      // SAFETY: `lookAhead` bytes follow the `end` ones in the segment, and the bitmap has a bit for each 16 of them.
      let step = unsafe scan_malloc_chunks(
        memory.segments.pointer(to: position, in: segment).assumingMemoryBound(to: UInt8.self), end, UInt64(offset),
        &starts)
      guard step > 0 else { break }
      position = position + step
    }
    return position
  }

  private static func size(at chunk: Address, limit: Address, in memory: MemoryReader) -> UInt64? {
    guard chunk < limit, let word: UInt64 = try? memory.load(at: chunk + 8), word & isMapped == 0 else { return nil }
    let size = word & ~7
    guard size >= smallestChunk, size % 16 == 0, size <= limit.rawValue &- chunk.rawValue else { return nil }
    return size
  }

  /// Returns whether the data after a chunk agree with it: a free chunk repeats its size at its end.
  private static func isConsistent(size: UInt64, next: Address, limit: Address, in memory: MemoryReader) -> Bool {
    guard next < limit, let word: UInt64 = try? memory.load(at: next + 8) else { return true }
    guard word & previousInUse == 0 else { return true }
    return (try? memory.load(UInt64.self, at: next)) == size
  }

  /// Returns whether the chain ends at `chunk`, before the memory does: a heap that could not grow is closed by two chunks
  /// without contents (`sysmalloc`).
  private static func isFencepost(at chunk: Address, limit: Address, in memory: MemoryReader) -> Bool {
    guard limit.rawValue &- chunk.rawValue <= 48, let word: UInt64 = try? memory.load(at: chunk + 8) else { return false }
    return word & ~7 == 16 || word & ~7 == 0
  }
}

extension MallocHeap {
  /// A piece of a heap.
  public struct Chunk: Sendable, Hashable {
    /// The address of the chunk's header, and that of the next one's.
    public let start: Address
    public let end: Address
    /// Whether the chunk is allocated. Small chunks that were freed recently count as in use.
    public let isInUse: Bool

    /// The address and number of the bytes given to the program.
    public var contents: Address { start + MallocHeap.headerSize }
    public var byteCount: Int { Int(truncatingIfNeeded: end.rawValue &- start.rawValue) - 8 }
  }

  /// Returns whether a chunk's contents begin at `address`.
  public func hasContents(at address: Address) -> Bool {
    let chunk = address - Self.headerSize
    guard range.contains(chunk), chunk.isAligned(to: 16) else { return false }
    let bit = Int(truncatingIfNeeded: chunk.rawValue &- range.start.rawValue) >> 4
    return starts.indices.contains(bit >> 6) && starts[bit >> 6] >> UInt64(bit & 63) & 1 == 1
  }

  /// Returns the chunk whose contents begin at `address`; nil if there is none.
  public func chunk(withContentsAt address: Address) -> Chunk? {
    hasContents(at: address) ? chunk(at: address - Self.headerSize) : nil
  }

  /// Returns the chunk that contains `address`, in its header or its contents; nil outside of the heap.
  public func chunk(containing address: Address) -> Chunk? {
    guard range.contains(address) else { return nil }
    let bit = Int(truncatingIfNeeded: address.rawValue &- range.start.rawValue) >> 4
    guard starts.indices.contains(bit >> 6) else { return nil }
    var word = bit >> 6
    var bits = starts[word] & (UInt64.max >> UInt64(63 - bit & 63))
    while bits == 0, word > 0 {
      word -= 1
      bits = starts[word]
    }
    guard bits != 0 else { return nil }
    return chunk(at: range.start + (word << 6 + (63 - bits.leadingZeroBitCount)) << 4)
  }

  private func chunk(at start: Address) -> Chunk? {
    guard let word: UInt64 = try? memory.load(at: start + 8) else { return nil }
    let end = start + Int(truncatingIfNeeded: word & ~7)
    // The last chunk has not been allocated yet.
    guard end < range.end, let next: UInt64 = try? memory.load(at: end + 8) else {
      return Chunk(start: start, end: end, isInUse: false)
    }
    return Chunk(start: start, end: end, isInUse: next & Self.previousInUse != 0)
  }
}

extension MallocHeap {
  /// Returns the number of bytes allocated at `address`, according to the headers alone; nil if no chunk in use has its
  /// contents there. It serves callers without the heaps, which are found by a walk over all chunks.
  ///
  /// A header that occurs by chance does not lead to a chunk that marks this one as in use, and from there to another chunk.
  public static func byteCount(ofContentsAt address: Address, in memory: MemoryReader) -> Int? {
    let memory = memory.guessing
    guard address.isAligned(to: 16), address.rawValue > UInt64(headerSize),
      let word: UInt64 = try? memory.load(at: address - 8)
    else { return nil }
    let chunk = address - headerSize
    let size = word & ~7
    guard size >= smallestChunk, size % 16 == 0, let count = Int(exactly: size), memory.isMapped(chunk, byteCount: count)
    else { return nil }
    if word & 7 == isMapped {
      guard chunk.isAligned(to: 4096), size % 4096 == 0, (try? memory.load(UInt64.self, at: chunk)) == 0 else { return nil }
      return count - headerSize
    }
    guard word & isMapped == 0, let next: UInt64 = try? memory.load(at: chunk + (count + 8)),
      next & (previousInUse | isMapped) == previousInUse, next & 8 == 0, let nextCount = Int(exactly: next & ~7)
    else { return nil }
    // The last chunk of a heap reaches to the end of the mapped memory; a heap that could not grow has an empty one.
    let last = chunk + count
    guard nextCount <= headerSize || memory.isMapped(last, byteCount: nextCount) else { return nil }
    if let behind: UInt64 = try? memory.load(at: last + (nextCount &+ 8)), nextCount > headerSize {
      guard behind & isMapped == 0, behind & 8 == 0 else { return nil }
    }
    return count - 8
  }
}

import CScan

/// A heap of the C library's `malloc`, as a chain of chunks that was followed from its first to its last.
///
/// Mirrors `struct malloc_chunk` in glibc's malloc/malloc.c: a word that belongs to the chunk before, the chunk's size
/// with three flags in its lowest bits, then what the program was given. That the chain holds together to the end of
/// the memory is the proof that it is one: no other allocator's memory does. A class, as judges ask it for every chunk:
/// a structure would be copied each time.
public final class MallocHeap: Sendable {
  /// From the first chunk to the end of the last.
  public let range: AddressRange
  /// A bit for each 16 bytes: whether a chunk begins there.
  private let starts: [UInt64]
  private let memory: MemoryReader

  /// The size that a chunk's two first words take (`CHUNK_HDR_SZ`).
  public static let headerSize = 16
  /// The smallest chunk (`MINSIZE`).
  private static let smallestChunk: UInt64 = 32
  /// `PREV_INUSE`: the chunk before this one is in use.
  private static let previousInUse: UInt64 = 1
  /// `IS_MMAPPED`: the chunk has a mapping of its own.
  static let isMapped: UInt64 = 2

  /// The heap whose first chunk begins at `first`; nil if the chain of chunks breaks before it comes to one of `ends`,
  /// which ascend.
  init?(at first: Address, ends: [Address], limit: Address, in memory: MemoryReader) {
    guard first.isAligned(to: 16), first < limit, let whole = AddressRange(start: first, end: limit) else { return nil }
    var starts: [UInt64] = []
    var position = first
    var end: Address?
    while true {
      let regionEnd = Self.firstEnd(in: ends, notBefore: position + 1) ?? limit
      let stop = min(regionEnd, limit) - Self.lookAhead
      position = Self.follow(from: position, first: first, upTo: stop, &starts, in: memory)
      // What the kernel does not decide, at the ends of regions above all, is looked at closely.
      guard let size = Self.size(at: position, limit: limit, in: memory) else { break }
      let bit = Int(truncatingIfNeeded: position.rawValue &- first.rawValue) >> 4
      while starts.count <= bit >> 6 { starts.append(0) }
      starts[bit >> 6] |= 1 << UInt64(bit & 63)
      let next = position + Int(size)
      let isConsistent = Self.isConsistent(size: size, next: next, limit: limit, in: memory)
      // The last chunk ends where a page does, and what follows may say anything.
      if isConsistent || next.isAligned(to: 4096) { position = next }
      guard isConsistent else { break }
      if Self.firstEnd(in: ends, notBefore: position) == position { end = position }
      if Self.isFencepost(at: position, limit: limit, in: memory) {
        end = position
        break
      }
    }
    // Memory of other use may follow directly: what counts is the last end that the chain came to. Where the dump does not
    // say that it is of other use, a long chain that leads to a page's end and no further has come to the heap's.
    if end == nil, position.isAligned(to: 4096), starts.reduce(0, { $0 + $1.nonzeroBitCount }) >= Self.longChain {
      end = position
    }
    guard let end, let range = AddressRange(start: whole.start, end: end) else { return nil }
    self.range = range
    self.starts = starts
    self.memory = memory
  }

  private static func firstEnd(in ends: [Address], notBefore address: Address) -> Address? {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < address { low = middle + 1 } else { high = middle }
    }
    return low < ends.count ? ends[low] : nil
  }

  /// So many chunks do not follow from each other by accident.
  private static let longChain = 64
  /// More than the bytes of a header and of what closes a heap.
  private static let lookAhead = 64

  /// Follows the chain as long as it is plausible, up to `stop` at most; where it stands then.
  private static func follow(
    from chunk: Address, first: Address, upTo stop: Address, _ starts: inout [UInt64], in memory: MemoryReader
  ) -> Address {
    var position = chunk
    while position < stop, let segment = memory.segments.index(containing: position) {
      let readable = memory.segments.byteCount(from: position, in: segment) - lookAhead
      let offset = Int(truncatingIfNeeded: position.rawValue &- first.rawValue)
      // The bitmap grows with the chain: what is no heap ends soon.
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

  /// Whether what follows a chunk agrees with it: a chunk that is free says its size at its end again.
  private static func isConsistent(size: UInt64, next: Address, limit: Address, in memory: MemoryReader) -> Bool {
    guard next < limit, let word: UInt64 = try? memory.load(at: next + 8) else { return true }
    guard word & previousInUse == 0 else { return true }
    return (try? memory.load(UInt64.self, at: next)) == size
  }

  /// Whether the chain ends here before the memory does: a heap that could not grow is closed by two chunks without
  /// contents (`sysmalloc`).
  private static func isFencepost(at chunk: Address, limit: Address, in memory: MemoryReader) -> Bool {
    guard limit.rawValue &- chunk.rawValue <= 48, let word: UInt64 = try? memory.load(at: chunk + 8) else { return false }
    return word & ~7 == 16 || word & ~7 == 0
  }
}

extension MallocHeap {
  /// A piece of a heap.
  public struct Chunk: Sendable, Hashable {
    /// Where its header begins, and where the next one's does.
    public let start: Address
    public let end: Address
    /// Whether it was given out, and not given back. Small ones that were given back lately count as in use.
    public let isInUse: Bool

    /// Where the bytes that the program was given begin, and how many they are.
    public var contents: Address { start + MallocHeap.headerSize }
    public var byteCount: Int { Int(truncatingIfNeeded: end.rawValue &- start.rawValue) - 8 }
  }

  /// Whether a chunk's contents begin at `address`.
  public func hasContents(at address: Address) -> Bool {
    let chunk = address - Self.headerSize
    guard range.contains(chunk), chunk.isAligned(to: 16) else { return false }
    let bit = Int(truncatingIfNeeded: chunk.rawValue &- range.start.rawValue) >> 4
    return starts.indices.contains(bit >> 6) && starts[bit >> 6] >> UInt64(bit & 63) & 1 == 1
  }

  /// The chunk whose contents begin at `address`; nil if there is none.
  public func chunk(withContentsAt address: Address) -> Chunk? {
    hasContents(at: address) ? chunk(at: address - Self.headerSize) : nil
  }

  /// The chunk that `address` lies in, be it in its header; nil outside of the heap.
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
    // The last chunk is what has not been given out yet.
    guard end < range.end, let next: UInt64 = try? memory.load(at: end + 8) else {
      return Chunk(start: start, end: end, isInUse: false)
    }
    return Chunk(start: start, end: end, isInUse: next & Self.previousInUse != 0)
  }
}

extension MallocHeap {
  /// How many bytes a program was given at `address`, by the headers alone: for who does not have the heaps, which are
  /// found by a walk over all chunks. Nil if no chunk that is in use has its contents there.
  ///
  /// A header by chance does not lead to a chunk that says that this one is in use, and that one to another.
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
    // The last chunk of a heap reaches to the end of what is mapped; a heap that could not grow has an empty one.
    let last = chunk + count
    guard nextCount <= headerSize || memory.isMapped(last, byteCount: nextCount) else { return nil }
    if let behind: UInt64 = try? memory.load(at: last + (nextCount &+ 8)), nextCount > headerSize {
      guard behind & isMapped == 0, behind & 8 == 0 else { return nil }
    }
    return count - 8
  }
}

import CScan

/// A piece of memory that one thread scans in one call.
@safe
public struct MemoryChunk: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: the bytes are read-only; a chunk borrows its AddressSpace's memory.

  /// The addresses of the chunk.
  public let range: AddressRange
  /// The distance between possible starts of objects, in bytes: 8 or 16.
  public let granule: Int
  /// Whether the memory is, or may be, a program's static data, according to the programs' headers, or because there is
  /// little memory of its kind.
  public let isStatic: Bool
  private let base: UnsafeRawPointer
  /// The number of bytes that may be read, as a header may run over the chunk's end.
  let readableCount: Int

  fileprivate init(range: AddressRange, granule: Int, isStatic: Bool, base: UnsafeRawPointer, readableCount: Int) {
    self.range = range
    self.granule = granule
    self.isStatic = isStatic
    unsafe self.base = base
    self.readableCount = readableCount
  }

  /// Calls `body` with the address and the type number of everything that looks like the header of an object whose type is
  /// in `types`, in ascending order.
  @inlinable
  public func forEachHeader(typeIn types: TypeAddressSet, _ body: (Address, UInt32) -> Void) {
    forEachBatch(typeIn: types) { batch in
      for index in 0..<batch.count {
        // SAFETY: `index` is below the batch's count.
        unsafe body(range.start + Int(batch.positions[index]), batch.numbers[index])
      }
    }
  }

  /// Calls `body` with the same headers, many at a time.
  @inlinable
  public func forEachBatch(typeIn types: TypeAddressSet, _ body: (HeaderBatch) -> Void) {
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: HeaderBatch.capacity * 2) { buffer in
      guard let positions = buffer.baseAddress else { return }
      var resume = firstPosition
      while true {
        let found = unsafe scanHeaders(typeIn: types, resume: &resume, into: buffer, batch: HeaderBatch.capacity)
        // SAFETY: the kernel filled `found` entries of each half.
        unsafe body(HeaderBatch(positions: positions, numbers: positions + HeaderBatch.capacity, count: found))
        if resume >= range.count { return }
      }
    }
  }

  /// The chunk's `range.count` bytes, valid as long as its address space lives.
  @unsafe
  public var bytes: UnsafeRawPointer { unsafe base }

  /// Returns the addresses of all objects that are their own type.
  ///
  /// - Parameter typeField: the offset of the type in an object's head, in bytes: 8, or more in builds with longer heads.
  public func selfTypedObjects(typeField: Int = 8) -> [Address] {
    // The kernel compares the word at +8 with the position's own address, so longer heads are searched from other positions.
    let growth = typeField - 8
    var result: [Address] = []
    let batch = 64
    let size = min(readableCount, range.count + 8)
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: batch) { buffer in
      // The kernel walks in steps of 8 from an aligned address.
      var resume = Int(truncatingIfNeeded: (0 &- range.start.rawValue) & 7)
      while resume < range.count {
        let found = unsafe scan_self_typed(
          base, size, (range.start - growth).rawValue, &resume, buffer.baseAddress, batch)
        for index in 0..<found { result.append(range.start + Int(unsafe buffer[index]) - growth) }
      }
    }
    return result
  }

  /// Returns the addresses of pointers that lead back to themselves: the target has, at offset `link`, a pointer to
  /// something that has, at offset `back`, the first pointer again.
  ///
  /// - Parameter segments: the memory that pointers lead to.
  public func pointersThatLeadBack(link: Int, back: Int, in segments: SegmentTable) -> [Address] {
    var result: [Address] = []
    let batch = 64
    let size = min(readableCount, range.count)
    let (link, back) = (UInt64(bitPattern: Int64(link)), UInt64(bitPattern: Int64(back)))
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: batch) { buffer in
      var memory = unsafe segments.kernelMemory
      var resume = Int(truncatingIfNeeded: (0 &- range.start.rawValue) & 7)
      while resume < size {
        let found = unsafe scan_links_back(&memory, link, back, base, size, &resume, buffer.baseAddress, batch)
        for index in 0..<found { result.append(range.start + Int(unsafe buffer[index])) }
      }
    }
    return result
  }

  /// Returns the addresses at which the bytes of `needle` begin in this chunk. A needle that runs over the end of the
  /// readable bytes is not found.
  public func occurrences(of needle: [UInt8], limit: Int = .max) -> [Address] {
    var result: [Address] = []
    var from = 0
    while result.count < limit {
      let hit = unsafe scan_bytes(base, readableCount, from, needle, needle.count)
      guard hit < range.count else { break }
      result.append(range.start + hit)
      from = hit + 1
    }
    return result
  }

  /// Returns the part of the chunk from `start` to `end`; nil if that is empty or exceeds the chunk.
  public func part(from start: Address, to end: Address) -> MemoryChunk? {
    guard start >= range.start, end <= range.end, let part = AddressRange(start: start, end: end) else { return nil }
    let offset = Int(truncatingIfNeeded: start.rawValue &- range.start.rawValue)
    return unsafe MemoryChunk(
      range: part, granule: granule, isStatic: isStatic, base: base + offset, readableCount: readableCount - offset)
  }

  /// Returns the same chunk with a different distance between possible starts of objects.
  public func with(granule: Int) -> MemoryChunk {
    unsafe MemoryChunk(
      range: range, granule: granule, isStatic: isStatic, base: base, readableCount: readableCount)
  }

  public var firstPosition: Int { Int(truncatingIfNeeded: (0 &- range.start.rawValue) & UInt64(granule - 1)) }

  @unsafe
  public func scanHeaders(
    typeIn types: TypeAddressSet, resume: inout Int, into buffer: UnsafeMutableBufferPointer<UInt32>, batch: Int
  ) -> Int {
    guard let positions = buffer.baseAddress else { return 0 }
    // Reading 8 bytes past the chunk lets a header's second word be in the next chunk.
    let size = min(readableCount, range.count + 8)
    return unsafe types.withKernelSet {
      unsafe scan_headers($0, base, size, granule, &resume, positions, positions + batch, batch)
    }
  }
}

/// Candidate object headers, in ascending order: their offsets in their chunk and their type numbers. Valid only during the
/// call that receives it.
@frozen
@safe
public struct HeaderBatch {
  public let positions: UnsafeMutablePointer<UInt32>
  public let numbers: UnsafeMutablePointer<UInt32>
  public let count: Int

  /// The most headers in one batch.
  public static let capacity = 2048

  @unsafe
  @inlinable
  init(positions: UnsafeMutablePointer<UInt32>, numbers: UnsafeMutablePointer<UInt32>, count: Int) {
    unsafe self.positions = positions
    unsafe self.numbers = numbers
    self.count = count
  }
}

extension AddressSpace {
  /// Returns all memory, in chunks that begin at multiples of `alignment`, in ascending order. Chunks that are known to be
  /// all zero are left out.
  ///
  /// - Parameters:
  ///   - staticData: the static data of programs, in ascending order and disjoint; nil if any memory may be static data.
  ///   - alignment: the size of a whole chunk, a power of two of at least 16 KiB, so that no pool of pymalloc is cut.
  ///   - overlap: how far a search may read past a chunk's end, in bytes.
  public func chunks(staticData: [AddressRange]?, alignment: Int = 4 << 20, overlap: Int = 256) -> [MemoryChunk] {
    stretches.flatMap { stretch in
      guard stretch.count > Self.largestData, let staticData else {
        return cut(stretch, isStatic: true, alignment: alignment, overlap: overlap)
      }
      let heap = stretch.without(staticData)
      let parts = heap.map { ($0, false) } + stretch.without(heap).map { ($0, true) }
      return parts.sorted { $0.0.start < $1.0.start }.flatMap { part, isStatic in
        cut(part, isStatic: isStatic, alignment: alignment, overlap: overlap)
      }
    }
  }

  /// The size in bytes above which a stretch holds heaps, and a program's data only where its header says so.
  private static let largestData = 64 << 20

  private func cut(_ whole: AddressRange, isStatic: Bool, alignment: Int, overlap: Int) -> [MemoryChunk] {
    var chunks: [MemoryChunk] = []
    var start = whole.start
    while start < whole.end, let (base, count, readable) = unsafe neighbours(from: start) {
      let next = start.alignedDown(to: UInt64(alignment)) + alignment
      // An alignment that wraps around means that the memory ends with the address space.
      let end = next > start ? min(next, whole.end) : whole.end
      guard let range = AddressRange(start: start, end: min(end, start + count)) else { break }
      guard !isUntouched(range) else {
        start = range.end
        continue
      }
      chunks.append(
        // Objects begin at multiples of 16 in allocated memory, and at multiples of 8 in a program's static data.
        // SAFETY: `neighbours` found that `readable` bytes may be read.
        unsafe MemoryChunk(
          range: range, granule: isStatic ? 8 : 16, isStatic: isStatic, base: base,
          readableCount: min(readable, range.count + overlap)))
      start = range.end
    }
    return chunks
  }

  /// How much of the end of untouched memory is searched, in bytes: what begins with zeros there may go on after it.
  private static let edgeOfUntouched = 64 << 10

  private func isUntouched(_ range: AddressRange) -> Bool {
    guard !untouched.isEmpty else { return false }
    let index = untouched.firstIndexBehind(range.start)
    return index < untouched.count && untouched[index].start <= range.start
      && range.end + Self.edgeOfUntouched <= untouched[index].end
  }

  /// Returns the location of the bytes from `address`: how many belong to one chunk at most, and how many may be read.
  /// Around seams they are in a bridge. Nil if they are not mapped.
  @unsafe
  private func neighbours(from address: Address) -> (base: UnsafeRawPointer, count: Int, readable: Int)? {
    let bridges = reader.bridges
    let bridge = bridges.firstIndex(endingAfter: address)
    if bridge < bridges.count, bridges[bridge].range.contains(address) {
      let count = bridges.byteCount(from: address, in: bridge)
      let end = bridges[bridge].range.end
      let rest = reader.segments.index(containing: end).map { reader.segments.byteCount(from: end, in: $0) } ?? 0
      return unsafe (bridges.pointer(to: address, in: bridge), count, count + min(rest, Joints.bridgeOverlap))
    }
    guard let segment = reader.segments.index(containing: address) else { return nil }
    let readable = reader.segments.byteCount(from: address, in: segment)
    let distance = bridge < bridges.count ? Int(clamping: bridges[bridge].range.start.rawValue &- address.rawValue) : readable
    return unsafe (reader.segments.pointer(to: address, in: segment), min(readable, distance), readable)
  }
}

import CScan

/// A piece of memory small enough to be scanned by one thread in one go.
@safe
public struct MemoryChunk: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: the bytes are read-only; a chunk borrows its AddressSpace's memory.

  /// The addresses of the chunk.
  public let range: AddressRange
  /// The distance between possible starts of objects, in bytes: 8 or 16.
  public let granule: Int
  /// The size of the mapping that the chunk was cut from, in bytes: small for static data, large for heaps.
  public let mappingByteCount: Int
  /// Whether the mapping is, or may be, a program's static data: as far as the programs' headers tell, or because it is
  /// small.
  public let isStatic: Bool
  private let base: UnsafeRawPointer
  /// The bytes that may be read: a header may run over the chunk's end into the rest of its segment.
  let readableCount: Int
  /// The bytes from the chunk's start to its mapping's end. A header that runs over that is none: whether it could be
  /// read depends on the form of the dump.
  private let mappingRest: Int

  fileprivate init(
    range: AddressRange, granule: Int, mappingByteCount: Int, isStatic: Bool, base: UnsafeRawPointer,
    readableCount: Int, mappingRest: Int
  ) {
    self.range = range
    self.granule = granule
    self.mappingByteCount = mappingByteCount
    self.isStatic = isStatic
    unsafe self.base = base
    self.readableCount = readableCount
    self.mappingRest = mappingRest
  }

  /// Calls `body` with the address and the type's number of everything that looks like the header of an object whose
  /// type is in `types`, in ascending order.
  @inlinable
  public func forEachHeader(typeIn types: TypeAddressSet, _ body: (Address, UInt32) -> Void) {
    forEachBatch(typeIn: types) { batch in
      for index in 0..<batch.count {
        // SAFETY: `index` is below the batch's count.
        unsafe body(range.start + Int(batch.positions[index]), batch.numbers[index])
      }
    }
  }

  /// The same, many headers at a time.
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

  /// The chunk's bytes, `range.count` of them; valid as long as its address space lives.
  @unsafe
  public var bytes: UnsafeRawPointer { unsafe base }

  /// The addresses of all objects that are their own type.
  ///
  /// - Parameter typeField: where an object's head has the type, in bytes: 8, or more in builds with longer heads.
  public func selfTypedObjects(typeField: Int = 8) -> [Address] {
    // The kernel compares the word at +8 with the position's own address: other heads are a matter of other addresses.
    let growth = typeField - 8
    var result: [Address] = []
    let batch = 64
    let size = min(readableCount, range.count + 8, mappingRest)
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

  /// The addresses of pointers to something that has, `link` bytes further, a pointer to something that has, `back` bytes
  /// further, the first pointer again.
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

  /// The addresses at which the bytes of `needle` begin in this chunk. A needle that runs over the end of the
  /// chunk's segment is not found.
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

  /// The part of the chunk from `start` to `end`; nil if it has no such part.
  public func part(from start: Address, to end: Address) -> MemoryChunk? {
    guard start >= range.start, end <= range.end, let part = AddressRange(start: start, end: end) else { return nil }
    let offset = Int(truncatingIfNeeded: start.rawValue &- range.start.rawValue)
    return unsafe MemoryChunk(
      range: part, granule: granule, mappingByteCount: mappingByteCount, isStatic: isStatic, base: base + offset,
      readableCount: readableCount - offset, mappingRest: mappingRest - offset)
  }

  /// The same chunk with another distance between possible starts of objects.
  public func with(granule: Int) -> MemoryChunk {
    unsafe MemoryChunk(
      range: range, granule: granule, mappingByteCount: mappingByteCount, isStatic: isStatic, base: base,
      readableCount: readableCount,
      mappingRest: mappingRest)
  }

  public var firstPosition: Int { Int(truncatingIfNeeded: (0 &- range.start.rawValue) & UInt64(granule - 1)) }

  @unsafe
  public func scanHeaders(
    typeIn types: TypeAddressSet, resume: inout Int, into buffer: UnsafeMutableBufferPointer<UInt32>, batch: Int
  ) -> Int {
    guard let positions = buffer.baseAddress else { return 0 }
    // Reading 8 bytes past the chunk lets a header's second word lie in the next chunk of the same segment.
    let size = min(readableCount, range.count + 8, mappingRest)
    return unsafe types.withKernelSet {
      unsafe scan_headers($0, base, size, granule, &resume, positions, positions + batch, batch)
    }
  }
}

/// What look like headers of objects, in ascending order: where they begin, from the beginning of their chunk on, and the
/// numbers of their types. Valid only within the call that gives it.
@frozen
@safe
public struct HeaderBatch {
  public let positions: UnsafeMutablePointer<UInt32>
  public let numbers: UnsafeMutablePointer<UInt32>
  public let count: Int

  /// The most that there are in one batch.
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
  /// All memory, cut into chunks that begin at multiples of `alignment`, in ascending order; without those that are known
  /// to be zero throughout.
  ///
  /// - Parameters:
  ///   - alignment: the size of a whole chunk, a power of two of at least 16 KiB, so that no pool of pymalloc is cut.
  ///   - overlap: how far a search may read past a chunk's end, in bytes.
  public func chunks(alignment: Int = 4 << 20, overlap: Int = 256) -> [MemoryChunk] {
    let programData = LoadedProgram.all(in: self).flatMap(\.data).merged()
    return mappings().flatMap { mapping in
      cut(
        mapping.range, in: reader.segments[mapping.segment], programData: programData, alignment: alignment, overlap: overlap)
    }
  }

  private func cut(
    _ mapping: AddressRange, in segment: Segment, programData data: [AddressRange], alignment: Int, overlap: Int
  ) -> [MemoryChunk] {
    // Objects begin at multiples of 16 in memory that an allocator gave out and of 8 in a program's static data. Where
    // the dump does not say which a mapping is, a large one is the allocator's.
    let index = data.firstIndexBehind(mapping.start)
    let isStatic = mapping.count <= 64 << 20 || index < data.count && data[index].start < mapping.end
    let granule = isStatic ? 8 : 16
    var chunks: [MemoryChunk] = []
    var start = mapping.start
    while start < mapping.end {
      let next = start.alignedDown(to: UInt64(alignment)) + alignment
      // An alignment that wraps around means the mapping ends with the address space.
      let end = next > start ? min(next, mapping.end) : mapping.end
      guard let range = AddressRange(start: start, end: end) else { break }
      guard !isUntouched(range) else {
        start = end
        continue
      }
      let offset = Int(truncatingIfNeeded: start.rawValue &- segment.range.start.rawValue)
      let readable = min(segment.range.count - offset, range.count + overlap)
      chunks.append(
        // SAFETY: `offset` and `readable` lie inside the segment, as the mapping does.
        unsafe MemoryChunk(
          range: range, granule: granule, mappingByteCount: mapping.count, isStatic: isStatic,
          base: segment.base + offset, readableCount: readable,
          mappingRest: Int(truncatingIfNeeded: mapping.end.rawValue &- start.rawValue)))
      start = end
    }
    return chunks
  }

  private func isUntouched(_ range: AddressRange) -> Bool {
    guard !untouched.isEmpty else { return false }
    let index = untouched.firstIndexBehind(range.start)
    return index < untouched.count && untouched[index].start <= range.start && range.end <= untouched[index].end
  }

  /// The regions, each with the number of its segment. How many of them are neighbours in this process, and so one
  /// segment, depends on the form of the dump, which must not matter. What does not begin with a page is no mapping of
  /// its own.
  private func mappings() -> [(segment: Int, range: AddressRange)] {
    var mappings: [(segment: Int, range: AddressRange)] = []
    for region in regions {
      guard let segment = reader.segments.index(containing: region.range.start) else { continue }
      if let last = mappings.last, last.segment == segment, !region.range.start.isAligned(to: 4096),
        let joined = AddressRange(start: last.range.start, end: region.range.end)
      {
        mappings[mappings.count - 1].range = joined
      } else {
        mappings.append((segment, region.range))
      }
    }
    return mappings
  }
}

import CScan

/// A search for bytes in all memory, at the speed of reading it.
public struct MemorySearch: Sendable {
  /// The result of a search.
  public struct Result: Sendable {
    /// The addresses of the first occurrences, in ascending order, up to the limit.
    public fileprivate(set) var addresses: [Address] = []
    /// The number of all occurrences.
    public fileprivate(set) var count = 0
  }

  private let needle: [UInt8]
  private let alignment: UInt64

  /// Creates a search for bytes that begin at a multiple of `alignment`, a power of two.
  public init(for needle: [UInt8], alignment: Int = 1) {
    self.needle = needle
    self.alignment = UInt64(max(1, alignment))
  }

  /// Creates a search for pointers to `target`, at multiples of 8.
  public init(for target: Address) {
    self.init(for: (0..<8).map { UInt8(truncatingIfNeeded: target.rawValue >> ($0 * 8)) }, alignment: 8)
  }

  /// Searches all memory, including across the seams of adjacent regions.
  ///
  /// - Parameter limit: the most addresses that are returned; all are counted.
  /// - Throws: `Cancellation`.
  public func run(
    in memory: AddressSpace, limit: Int = .max, workers: Workers
  ) throws(Cancellation) -> Result {
    guard !needle.isEmpty else { return Result() }
    let chunks = memory.chunks(staticData: nil, overlap: needle.count)
    let found = try workers.map(count: chunks.count) {
      occurrences(in: chunks[$0], of: memory, limit: limit)
    }
    return found.reduce(into: Result()) { whole, part in
      whole.count += part.count
      whole.addresses += part.addresses.prefix(limit - whole.addresses.count)
    }
  }

  private func occurrences(in chunk: MemoryChunk, of memory: AddressSpace, limit: Int) -> Result {
    var result = Result()
    func take(_ address: Address) {
      guard address.isAligned(to: alignment) else { return }
      result.count += 1
      if result.addresses.count < limit { result.addresses.append(address) }
    }
    if needle.count == 8, alignment >= 8, chunk.range.start.isAligned(to: 8) {
      let word = needle.reversed().reduce(0) { $0 << 8 | UInt64($1) }
      chunk.forEachWord(word, take)
    } else {
      chunk.forEachOccurrence(of: needle, take)
      forEachOccurrence(after: chunk, in: memory.reader.segments, take)
    }
    return result
  }

  /// Calls `body` with each address in the chunk where the needle begins, if it runs over the end of the chunk's readable
  /// bytes.
  private func forEachOccurrence(after chunk: MemoryChunk, in segments: SegmentTable, _ body: (Address) -> Void) {
    let first = chunk.range.start + max(0, chunk.readableCount - needle.count + 1)
    guard first < chunk.range.end, let index = segments.index(containing: first) else { return }
    let end = segments.endOfRun(from: index)
    guard
      let rest = AddressRange(
        start: first, end: chunk.range.end + min(needle.count - 1, Int(clamping: end.rawValue &- chunk.range.end.rawValue)))
    else { return }
    let bytes = segments.copy(rest)
    var from = 0
    while true {
      let hit = unsafe scan_bytes(bytes, bytes.count, from, needle, needle.count)
      guard hit < bytes.count else { return }
      body(first + hit)
      from = hit + 1
    }
  }
}

extension MemoryChunk {
  /// Calls `body` with each address, a multiple of 8, where the word is in the chunk's segment.
  ///
  /// - Precondition: the chunk begins at a multiple of 8.
  func forEachWord(_ word: UInt64, _ body: (Address) -> Void) {
    let batch = 1024
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: batch) { positions in
      var resume = 0
      while resume < range.count {
        let found = unsafe scan_words(
          bytes.assumingMemoryBound(to: UInt8.self), range.count, word, &resume, positions.baseAddress, batch)
        for index in 0..<found { body(range.start + Int(unsafe positions[index])) }
      }
    }
  }

  /// Calls `body` with each address in the chunk where the bytes of `needle` begin, as far as they are in its segment.
  func forEachOccurrence(of needle: [UInt8], _ body: (Address) -> Void) {
    var from = 0
    while true {
      let hit = unsafe scan_bytes(
        bytes.assumingMemoryBound(to: UInt8.self), readableCount, from, needle, needle.count)
      guard hit < range.count else { return }
      body(range.start + hit)
      from = hit + 1
    }
  }
}

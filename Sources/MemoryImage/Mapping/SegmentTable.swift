public import CScan

/// A run of mapped bytes: its addresses in the process, and its location in this one.
@safe
public struct Segment: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: the bytes are read-only, and their owner outlives every use.
  let range: AddressRange
  let base: UnsafeRawPointer

  @unsafe
  init(range: AddressRange, base: UnsafeRawPointer) {
    self.range = range
    unsafe self.base = base
  }
}

/// Segments in ascending order, in flat arrays for looking up an address.
///
/// It is a plain value of pointers, without a reference count that the threads of a scan would contend for. Its creator,
/// `AddressSpace`, deallocates it.
@frozen
@safe
public struct SegmentTable: @unchecked Sendable, BitwiseCopyable {
  // SAFETY of @unchecked Sendable: written once by the initialiser, read-only afterwards.
  public let starts: UnsafeMutablePointer<UInt64>
  public let ends: UnsafeMutablePointer<UInt64>
  public let bases: UnsafeMutablePointer<UnsafeRawPointer>
  /// For each segment, the end of the run of adjacent segments that it belongs to.
  private let runEnds: UnsafeMutablePointer<UInt64>
  public let count: Int

  init(_ segments: [Segment]) {
    count = segments.count
    unsafe runEnds = .allocate(capacity: count)
    unsafe starts = .allocate(capacity: count)
    unsafe ends = .allocate(capacity: count)
    unsafe bases = .allocate(capacity: count)
    for (index, segment) in segments.enumerated() {
      unsafe (starts + index).initialize(to: segment.range.start.rawValue)
      unsafe (ends + index).initialize(to: segment.range.end.rawValue)
      unsafe (bases + index).initialize(to: segment.base)
    }
    for (index, segment) in segments.enumerated().reversed() {
      let isLast = index + 1 == count || segments[index + 1].range.start != segment.range.end
      unsafe (runEnds + index).initialize(to: isLast ? segment.range.end.rawValue : runEnds[index + 1])
    }
  }

  /// The table in the form that the kernels read.
  @unsafe
  public var kernelMemory: scan_memory {
    unsafe scan_memory(
      starts: UnsafePointer(starts), ends: UnsafePointer(ends),
      bases: UnsafeRawPointer(bases).assumingMemoryBound(to: UnsafeRawPointer?.self), count: count)
  }

  /// Frees the arrays. No copy of the table may be used afterwards.
  func deallocate() {
    unsafe starts.deallocate()
    unsafe ends.deallocate()
    unsafe bases.deallocate()
    unsafe runEnds.deallocate()
  }

  var indices: Range<Int> { 0..<count }

  subscript(index: Int) -> Segment {
    precondition(index >= 0 && index < count, "no such segment")
    // SAFETY: the precondition; ranges were not empty when the table was made.
    guard let range = unsafe AddressRange(start: Address(starts[index]), end: Address(ends[index])) else {
      preconditionFailure("segment without bytes")
    }
    return unsafe Segment(range: range, base: bases[index])
  }

  /// Returns the index of the first segment that ends after `address`, or the number of segments if there is none, by a
  /// binary search.
  @inlinable
  public func firstIndex(endingAfter address: Address) -> Int {
    // SAFETY: the index is below `count`.
    MemoryImage.firstIndex(below: count) { unsafe ends[$0] > address.rawValue }
  }

  /// Returns the index of the segment that contains `address`, or nil.
  @inlinable
  public func index(containing address: Address) -> Int? {
    let index = firstIndex(endingAfter: address)
    // SAFETY: the index is below the number of segments.
    guard index < count, unsafe starts[index] <= address.rawValue else { return nil }
    return index
  }

  /// Returns the number of bytes from `address`, which is in segment `index`, to the end of that segment.
  @inlinable
  public func byteCount(from address: Address, in index: Int) -> Int {
    // SAFETY: `index` came from `index(containing:)`.
    Int(truncatingIfNeeded: unsafe ends[index] &- address.rawValue)
  }

  /// Returns the location in this process of `address`, which is in segment `index`.
  @unsafe
  @inlinable
  public func pointer(to address: Address, in index: Int) -> UnsafeRawPointer {
    unsafe bases[index] + Int(truncatingIfNeeded: address.rawValue &- starts[index])
  }

  /// Returns the end of the run of adjacent segments that segment `index` belongs to.
  public func endOfRun(from index: Int) -> Address {
    precondition(index >= 0 && index < count, "no such segment")
    // SAFETY: the precondition.
    return unsafe Address(runEnds[index])
  }

  /// Returns a copy of the bytes of `range`, all of which must be mapped.
  public func copy(_ range: AddressRange) -> [UInt8] {
    unsafe Array(unsafeUninitializedCapacity: range.count) { buffer, count in
      count = unsafe copy(from: range.start, to: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Fills `buffer` with the bytes from `start`, across segments that touch. Returns how many were copied before memory or
  /// the buffer ended.
  @unsafe
  @discardableResult
  func copy(from start: Address, to buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let base = buffer.baseAddress, var index = index(containing: start) else { return 0 }
    let count = min(buffer.count, Int(clamping: endOfRun(from: index).rawValue &- start.rawValue))
    var copied = 0
    while copied < count {
      let piece = min(byteCount(from: start + copied, in: index), count - copied)
      // SAFETY: `piece` bytes of the segment follow the address, and `piece` bytes of the buffer follow those already
      // copied.
      unsafe (base + copied).copyMemory(from: pointer(to: start + copied, in: index), byteCount: piece)
      copied += piece
      index += 1
    }
    return copied
  }
}

/// A reader of an address space. It consists of pointers only, so that passing it costs nothing.
///
/// It borrows the memory of its `AddressSpace`: use it only while that lives.
@frozen
@safe
public struct MemoryReader: @unchecked Sendable, BitwiseCopyable {
  // SAFETY of @unchecked Sendable: the tables are read-only, and the copies have a lock of their own.

  /// The memory, in runs of bytes that are adjacent in this process.
  public let segments: SegmentTable
  /// Copies of the memory around each place where two segments touch.
  public let bridges: SegmentTable
  /// Copies of larger data that runs over seams. The address space owns them.
  private let copies: Unmanaged<SpanningCopies>
  /// The log of failed reads, which the address space owns; nil if they are not recorded.
  private let faults: Unmanaged<FaultLog>?

  @unsafe
  init(segments: SegmentTable, bridges: SegmentTable, copies: Unmanaged<SpanningCopies>, faults: FaultLog?) {
    self.segments = segments
    self.bridges = bridges
    unsafe self.copies = copies
    unsafe self.faults = faults.map { unsafe .passUnretained($0) }
  }

  /// The same reader for guesses, whose failures are not recorded.
  public var guessing: MemoryReader {
    unsafe MemoryReader(segments: segments, bridges: bridges, copies: copies, faults: nil)
  }

  /// Returns the error for bytes that are not all in the dump.
  @usableFromInline
  @inline(never)
  func fault(at address: Address, byteCount: Int) -> MemoryFault {
    var missing = address
    if let index = segments.index(containing: address) { missing = segments.endOfRun(from: index) }
    // SAFETY: the address space outlives every use of its reader, and it keeps the log.
    unsafe faults?._withUnsafeGuaranteedRef { $0.note(missing) }
    return MemoryFault(address: address, byteCount: byteCount)
  }
}

extension MemoryReader {
  /// Returns the value at `address`.
  ///
  /// - Throws: `MemoryFault` if not all of its bytes are in the dump.
  @inlinable
  public func load<Value: BitwiseCopyable>(
    _ type: Value.Type, at address: Address
  ) throws(MemoryFault) -> Value {
    let size = MemoryLayout<Value>.size
    // SAFETY: `pointer` returns only where all `size` bytes follow.
    return unsafe try pointer(to: address, byteCount: size).loadUnaligned(as: Value.self)
  }

  /// Returns the pointer at `address`.
  ///
  /// It is not generic, and neither are the next two: with a generic result `let byte: UInt8? = try? load(at: a)` reads an
  /// optional.
  @inlinable
  public func load(at address: Address) throws(MemoryFault) -> Address { try load(Address.self, at: address) }

  /// Returns the unsigned 64-bit number at `address`.
  @inlinable
  public func load(at address: Address) throws(MemoryFault) -> UInt64 { try load(UInt64.self, at: address) }

  /// Returns the signed 64-bit number at `address`.
  @inlinable
  public func load(at address: Address) throws(MemoryFault) -> Int { try load(Int.self, at: address) }

  /// Returns a structure of `size` bytes at `address`, ready to be read field by field.
  ///
  /// - Throws: `MemoryFault` if not all of its bytes are in the dump.
  @inlinable
  public func record(at address: Address, size: Int) throws(MemoryFault) -> MemoryRecord {
    unsafe try MemoryRecord(base: pointer(to: address, byteCount: size), size: size)
  }

  /// Returns the `count` elements of an array at `address`. They are copied only where two regions meet.
  ///
  /// - Throws: `MemoryFault` if the count is negative or not all of the bytes are in the dump.
  @inlinable
  public func array<Element: BitwiseCopyable & Sendable>(
    of type: Element.Type = Element.self, at address: Address, count: Int
  ) throws(MemoryFault) -> MemoryArray<Element> {
    guard count != 0 else { return MemoryArray() }
    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard count > 0, !overflow, let range = AddressRange(start: address, count: size),
      let index = segments.index(containing: address)
    else {
      // A count that no array can have is not recorded as missing memory.
      guard count > 0, !overflow else { throw MemoryFault(address: address, byteCount: overflow ? Int.max : size) }
      throw fault(at: address, byteCount: size)
    }
    if size <= segments.byteCount(from: address, in: index) {
      return unsafe MemoryArray(base: segments.pointer(to: address, in: index), count: count)
    }
    guard range.end <= segments.endOfRun(from: index) else { throw fault(at: address, byteCount: size) }
    return MemoryArray(copy: segments.copy(range))
  }

  /// Returns the bytes of the C string at `address`, without its terminating zero.
  ///
  /// - Throws: `MemoryFault` if no zero follows within `limit` bytes, or the dump ends before it.
  public func cString(at address: Address, limit: Int = 1024) throws(MemoryFault) -> [UInt8] {
    var bytes: [UInt8] = []
    var next = address
    while bytes.count < limit, let index = segments.index(containing: next) {
      let piece = min(segments.byteCount(from: next, in: index), limit - bytes.count)
      // SAFETY: `piece` bytes of the segment follow `next`.
      let run = unsafe UnsafeRawBufferPointer(start: segments.pointer(to: next, in: index), count: piece)
      let end = unsafe run.firstIndex(of: 0) ?? piece
      unsafe bytes.append(contentsOf: run[..<end])
      if end < piece { return bytes }
      next = next + piece
    }
    guard bytes.count >= limit else { throw fault(at: address, byteCount: bytes.count + 1) }
    throw MemoryFault(address: address, byteCount: bytes.count + 1)
  }

  /// Returns the location in this process of the `byteCount` bytes from `address`.
  @unsafe
  @inlinable
  public func pointer(to address: Address, byteCount: Int) throws(MemoryFault) -> UnsafeRawPointer {
    if let index = segments.index(containing: address) {
      if byteCount <= segments.byteCount(from: address, in: index), byteCount >= 0 {
        return unsafe segments.pointer(to: address, in: index)
      }
      return unsafe try spanningPointer(to: address, byteCount: byteCount, from: index)
    }
    throw fault(at: address, byteCount: byteCount)
  }

  /// Returns the location of bytes that begin in segment `index` and run over its end.
  @unsafe
  public func spanningPointer(
    to address: Address, byteCount: Int, from index: Int
  ) throws(MemoryFault) -> UnsafeRawPointer {
    guard let range = AddressRange(start: address, count: byteCount), range.end <= segments.endOfRun(from: index) else {
      throw fault(at: address, byteCount: byteCount)
    }
    if let bridge = bridges.index(containing: address), byteCount <= bridges.byteCount(from: address, in: bridge) {
      return unsafe bridges.pointer(to: address, in: bridge)
    }
    // SAFETY: the copies live as long as the address space whose memory this borrows.
    guard let pointer = unsafe copies._withUnsafeGuaranteedRef({ unsafe $0.pointer(to: range, from: index) }) else {
      throw fault(at: address, byteCount: byteCount)
    }
    return unsafe pointer
  }

  /// Returns whether all of the `byteCount` bytes from `address` are in the dump; false for a negative count, true for zero.
  @inlinable
  public func isMapped(_ address: Address, byteCount: Int) -> Bool {
    guard byteCount > 0 else { return byteCount == 0 }
    guard let index = segments.index(containing: address) else { return isAbsent(address) }
    if byteCount <= segments.byteCount(from: address, in: index) { return true }
    guard let range = AddressRange(start: address, count: byteCount) else { return false }
    return range.end <= segments.endOfRun(from: index) || isAbsent(segments.endOfRun(from: index))
  }

  /// Returns false, and records the address in the log if there is one.
  @usableFromInline
  @inline(never)
  func isAbsent(_ address: Address) -> Bool {
    // SAFETY: as in `fault`.
    unsafe faults?._withUnsafeGuaranteedRef { $0.note(address) }
    return false
  }
}

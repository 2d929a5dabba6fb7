import Synchronization

/// Copies of data that runs over the end of a segment and is larger than a bridge, each made on first use.
///
/// Each end of a segment has one copy, which grows with the requests.
@usableFromInline
final class SpanningCopies: Sendable {
  private struct Copy {
    let range: AddressRange
    let bytes: MappedBytes
  }

  private struct State {
    /// The copies by the number of the segment in which they begin.
    var current: [Int: Copy] = [:]
    /// Copies that were too small for a later request. They may still be in use.
    var outgrown: [Copy] = []
    /// The number of bytes that may still be copied.
    var rest: Int
  }

  private let segments: SegmentTable
  private let state: Mutex<State>

  /// Creates an empty set of copies. Together they have at most `limit` bytes, as a hostile dump may cause any number of
  /// requests.
  ///
  /// - Parameter segments: segments that must stay valid as long as copies are requested.
  init(of segments: SegmentTable, limit: Int) {
    self.segments = segments
    state = Mutex(State(rest: limit))
  }

  /// Returns the bytes of `range`, which begins in segment `index` and ends in its run; nil if there is no memory for them.
  /// They stay valid as long as this object lives.
  @unsafe
  func pointer(to range: AddressRange, from index: Int) -> UnsafeRawPointer? {
    unsafe state.withLock { state in
      let old = state.current[index]
      if let old, let pointer = unsafe Self.pointer(to: range, in: old) { return unsafe pointer }
      guard let copy = copy(range, and: old?.range, from: index, limit: state.rest) else { return nil }
      if let old { state.outgrown.append(old) }
      state.rest -= copy.range.count
      state.current[index] = copy
      return unsafe Self.pointer(to: range, in: copy)
    }
  }

  @unsafe
  private static func pointer(to range: AddressRange, in copy: Copy) -> UnsafeRawPointer? {
    guard copy.range.start <= range.start, range.end <= copy.range.end, let base = unsafe copy.bytes.buffer.baseAddress
    else { return nil }
    return unsafe base + Int(truncatingIfNeeded: range.start.rawValue &- copy.range.start.rawValue)
  }

  /// Returns a copy of the range and of what was copied before, and of as much again on both sides if there is room. So
  /// requests that grow a little each time do not copy everything each time.
  private func copy(_ range: AddressRange, and old: AddressRange?, from index: Int, limit: Int) -> Copy? {
    let start = min(range.start, old?.start ?? range.start)
    let end = max(range.end, old?.end ?? range.end)
    guard let least = AddressRange(start: start, end: end) else { return nil }
    let before = Int(clamping: start.rawValue &- segments[index].range.start.rawValue)
    let after = Int(clamping: segments.endOfRun(from: index).rawValue &- end.rawValue)
    let ample = AddressRange(start: start - min(least.count, before), end: end + min(least.count, after))
    guard let wanted = [ample, least].compactMap({ $0 }).first(where: { $0.count <= limit }),
      let bytes = unsafe MappedBytes(count: wanted.count, fill: { unsafe segments.copy(from: wanted.start, to: $0) })
    else { return nil }
    return Copy(range: wanted, bytes: bytes)
  }
}

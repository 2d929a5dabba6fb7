import Synchronization

/// Copies of what runs over the end of a segment and is larger than a bridge, each made when it is asked for first.
///
/// There is one for each end of a segment, which grows with what is asked for.
@usableFromInline
final class SpanningCopies: Sendable {
  private struct Copy {
    let range: AddressRange
    let bytes: MappedBytes
  }

  private struct State {
    /// By the number of the segment that the bytes begin in.
    var current: [Int: Copy] = [:]
    /// Copies that were too small for a later question. Somebody may still read them.
    var outgrown: [Copy] = []
    /// The bytes that may still be copied.
    var rest: Int
  }

  private let segments: SegmentTable
  private let state: Mutex<State>

  /// No copies yet. All together they have no more than `limit` bytes: a hostile dump may ask again and again.
  ///
  /// - Parameter segments: is read as long as the copies are asked for.
  init(of segments: SegmentTable, limit: Int) {
    self.segments = segments
    state = Mutex(State(rest: limit))
  }

  /// Where the bytes of `range` are, which begins in segment `index` and ends in its run; nil if there is no memory for
  /// them. They stay as long as this object lives.
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

  /// A copy of the range and of what was copied before, and if there is room for it of as much on both sides: who asks for
  /// a little more each time does not have everything copied each time.
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

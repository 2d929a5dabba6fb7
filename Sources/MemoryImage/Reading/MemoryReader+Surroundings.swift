extension MemoryReader {
  /// Returns the mapped memory around `address`, up to `before` bytes before it and `after` bytes from it; nil if it is not
  /// mapped.
  public func mapped(around address: Address, before: Int, after: Int) -> AddressRange? {
    guard before >= 0, let index = segments.index(containing: address),
      let following = AddressRange(start: address, count: min(after, Int(clamping: UInt64.max - address.rawValue)))
    else { return nil }
    let lowest = address - min(before, Int(clamping: address.rawValue))
    var first = index
    while first > 0, segments[first].range.start > lowest,
      segments[first - 1].range.end == segments[first].range.start
    {
      first -= 1
    }
    return AddressRange(
      start: max(lowest, segments[first].range.start), end: min(following.end, segments.endOfRun(from: index)))
  }
}

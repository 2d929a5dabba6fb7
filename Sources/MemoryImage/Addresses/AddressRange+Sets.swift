extension AddressRange {
  /// Returns the parts of the range that are outside `holes`, which are in ascending order and disjoint.
  public func without(_ holes: [AddressRange]) -> [AddressRange] {
    var rest: [AddressRange] = []
    var start = start
    for hole in holes[holes.firstIndexBehind(start)...] {
      guard hole.start < end else { break }
      if let before = AddressRange(start: start, end: hole.start) { rest.append(before) }
      start = hole.end
    }
    if let last = AddressRange(start: start, end: end) { rest.append(last) }
    return rest
  }
}

extension [AddressRange] {
  /// Returns the ranges in ascending order, with those that overlap or touch joined.
  public func merged() -> [AddressRange] {
    sorted { $0.start < $1.start }.reduce(into: []) { merged, range in
      guard let last = merged.last, range.start <= last.end,
        let joined = AddressRange(start: last.start, end: Swift.max(last.end, range.end))
      else { return merged.append(range) }
      merged[merged.count - 1] = joined
    }
  }

  /// Returns the index of the first range that ends after `address`, or the number of ranges if there is none. The ranges
  /// must be in ascending order and disjoint.
  public func firstIndexBehind(_ address: Address) -> Int {
    firstIndex(sortedPast: { $0.end > address })
  }

  /// Returns the range that contains `address`, or nil. The ranges must be in ascending order and disjoint.
  public func range(containing address: Address) -> AddressRange? {
    let index = firstIndexBehind(address)
    return index < count && self[index].contains(address) ? self[index] : nil
  }
}

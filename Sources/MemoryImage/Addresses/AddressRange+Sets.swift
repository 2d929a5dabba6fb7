extension AddressRange {
  /// What is left of the range without `holes`, which are in ascending order and apart.
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
  /// The ranges in ascending order, those that overlap or touch made one.
  public func merged() -> [AddressRange] {
    sorted { $0.start < $1.start }.reduce(into: []) { merged, range in
      guard let last = merged.last, range.start <= last.end,
        let joined = AddressRange(start: last.start, end: Swift.max(last.end, range.end))
      else { return merged.append(range) }
      merged[merged.count - 1] = joined
    }
  }

  /// The index of the first range that ends behind `address`, of ranges in ascending order and apart; their number if
  /// there is none.
  public func firstIndexBehind(_ address: Address) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }
  /// The range that holds `address`, of ranges in ascending order and apart; nil if none does.
  public func range(containing address: Address) -> AddressRange? {
    let index = firstIndexBehind(address)
    return index < count && self[index].contains(address) ? self[index] : nil
  }
}

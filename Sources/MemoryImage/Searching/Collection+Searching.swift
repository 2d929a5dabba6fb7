extension RandomAccessCollection where Index == Int {
  /// Returns the index of the first element for which `isPast` holds, or the end index. If `isPast` holds for an element, it
  /// must hold for all later ones. A binary search.
  package func firstIndex(sortedPast isPast: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if isPast(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

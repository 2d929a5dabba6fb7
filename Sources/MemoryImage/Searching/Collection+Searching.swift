extension RandomAccessCollection where Index == Int {
  /// The index of the first element for which `isPast` holds, or the end; it must hold for all behind one it holds for.
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

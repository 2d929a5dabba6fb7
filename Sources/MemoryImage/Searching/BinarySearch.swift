/// Returns the first index below `count` for which `isPast` holds, or `count`. If `isPast` holds for an index, it must hold
/// for all greater ones.
///
/// This is the one binary search. It is inlined, because most reads of memory begin with one.
@inlinable
@inline(__always)
public func firstIndex(below count: Int, where isPast: (Int) -> Bool) -> Int {
  var low = 0
  var high = count
  while low < high {
    let middle = (low &+ high) >> 1
    if isPast(middle) { high = middle } else { low = middle &+ 1 }
  }
  return low
}

extension RandomAccessCollection where Index == Int {
  /// Returns the index of the first element for which `isPast` holds, or the end index. If `isPast` holds for an element, it
  /// must hold for all later ones. A binary search.
  @inlinable
  public func firstIndex(sortedPast isPast: (Element) -> Bool) -> Int {
    startIndex + MemoryImage.firstIndex(below: count) { isPast(self[startIndex + $0]) }
  }
}

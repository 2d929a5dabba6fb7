import MemoryImage

/// Notices that a chain of what awaits leads in a circle, as in a damaged dump where some await one another: the chain is
/// compared with one of its links, which moves on at powers of two (Brent).
struct AwaitCircle {
  private var mark = 0

  /// What the last link of a chain awaits, if its next one, `next`, closes a circle: each of the circle is left in the
  /// chain once. Nil if no circle was noticed so far.
  mutating func cut(_ links: inout [AwaitChain.Link], before next: Address) -> Address? {
    guard mark < links.count, links[mark].object == next else {
      if links.count > 2 * mark { mark = links.count }
      return nil
    }
    let size = links.count - mark
    var first = 0
    while first < mark, links[first].object != links[first + size].object { first += 1 }
    links.removeSubrange((first + size)...)
    return links[first].object
  }
}

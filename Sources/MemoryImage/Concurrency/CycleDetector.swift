/// Notices that a chain leads in a circle, as in a damaged dump where some things await, or call, one another: the chain is
/// compared with one of its links, which moves on at powers of two (Brent).
public struct CycleDetector {
  @usableFromInline var mark = 0

  @inlinable public init() {}

  /// The address of the link that follows the last one of a chain, if the next one, `next`, closes a circle: each link of
  /// the circle is left in the chain once. Nil if no circle was noticed so far.
  @inlinable
  public mutating func cut<Link>(
    _ links: inout [Link], before next: Address, _ address: (Link) -> Address
  ) -> Address? {
    guard mark < links.count, address(links[mark]) == next else {
      if links.count > 2 * mark { mark = links.count }
      return nil
    }
    let size = links.count - mark
    var first = 0
    while first < mark, address(links[first]) != address(links[first + size]) { first += 1 }
    links.removeSubrange((first + size)...)
    return address(links[first])
  }
}

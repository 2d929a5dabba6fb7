/// Detects a cycle in a linked chain (Brent), as in a damaged dump where some tasks await, or some frames call, one another.
/// The chain is compared with one of its links, which moves on at powers of two.
public struct CycleDetector {
  @usableFromInline var mark = 0

  @inlinable public init() {}

  /// Returns the address of the link that follows the last one of a chain, if `next` closes a cycle; nil if no cycle has
  /// been detected. The chain keeps each link of the cycle once.
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

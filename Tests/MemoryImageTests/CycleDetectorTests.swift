import MemoryImage
import Testing

@Suite("Chains that lead in a circle")
struct CycleDetectorTests {
  /// The addresses that a chain has left when `next` leads from each to the one after it, and the one that follows the
  /// last of them.
  private func chain(from start: UInt64, limit: Int = 100_000, next: (UInt64) -> UInt64?) -> ([UInt64], UInt64?) {
    var links: [UInt64] = []
    var circle = CycleDetector()
    var address: UInt64? = start
    while let here = address, links.count < limit {
      if let following = circle.cut(&links, before: Address(here), { Address($0) }) { return (links, following.rawValue) }
      links.append(here)
      address = next(here)
    }
    return (links, nil)
  }

  @Test("a chain without a circle stays as it is", arguments: [1, 2, 3, 100, 5000] as [UInt64])
  func straight(length: UInt64) {
    let (links, following) = chain(from: 1) { $0 < length ? $0 + 1 : nil }
    #expect(links == Array(1...length) && following == nil)
  }

  @Test("each link of a circle is left once, wherever it begins and however long it is")
  func circles() {
    for before in 0...40 as ClosedRange<UInt64> {
      for size in 1...40 as ClosedRange<UInt64> {
        let last = before + size
        let (links, following) = chain(from: 1) { $0 < last ? $0 + 1 : before + 1 }
        #expect(links == Array(1...last) && following == before + 1, "a circle of \(size) behind \(before)")
      }
    }
  }
}

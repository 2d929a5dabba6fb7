import CPython
@testable import HeapAnalysis
import MemoryImage
import Testing

@Suite("Chains that lead in a circle")
struct AwaitCircleTests {
  /// The addresses that a chain has left when `next` leads from each to the one after it, and the one that the last of
  /// them awaits.
  private func chain(from start: UInt64, limit: Int = 100_000, next: (UInt64) -> UInt64?) -> ([UInt64], UInt64?) {
    var links: [AwaitChain.Link] = []
    var circle = AwaitCircle()
    var address: UInt64? = start
    while let here = address, links.count < limit {
      if let awaited = circle.cut(&links, before: Address(here)) {
        return (links.map(\.object.rawValue), awaited.rawValue)
      }
      links.append(AwaitChain.Link(object: Address(here), state: .suspended, frame: nil))
      address = next(here)
    }
    return (links.map(\.object.rawValue), nil)
  }

  @Test("a chain without a circle stays as it is", arguments: [1, 2, 3, 100, 5000] as [UInt64])
  func straight(length: UInt64) {
    let (links, awaited) = chain(from: 1) { $0 < length ? $0 + 1 : nil }
    #expect(links == Array(1...length) && awaited == nil)
  }

  @Test("each link of a circle is left once, wherever it begins and however long it is")
  func circles() {
    for before in 0...40 as ClosedRange<UInt64> {
      for size in 1...40 as ClosedRange<UInt64> {
        let last = before + size
        let (links, awaited) = chain(from: 1) { $0 < last ? $0 + 1 : before + 1 }
        #expect(links == Array(1...last) && awaited == before + 1, "a circle of \(size) behind \(before)")
      }
    }
  }
}

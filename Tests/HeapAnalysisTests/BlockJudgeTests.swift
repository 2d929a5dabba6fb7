import CPython
@testable import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

/// The kernel that says yes to objects in pools, against the judge that looks at each in full.
@Suite("Objects in pools")
struct BlockJudgeTests {
  /// A number that follows from its seed.
  private struct Numbers {
    var state: UInt64
    mutating func next(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
  }

  @Test("the kernel is used for every version", arguments: Layout.supported.indices)
  func usable(version: Int) {
    #expect(BlockJudge.isUsable(for: Layout.supported[version]))
  }

  @Test("what the kernel decides is what the judge decides", arguments: Layout.supported.indices)
  func sameVerdicts(version: Int) {
    var found = 0
    for seed in 1...40 {
      var numbers = Numbers(state: UInt64(seed))
      let heap = SyntheticHeap(Layout.supported[version], poolOf: 64) { numbers.next(below: $0) }
      let inferior = heap.inferior()
      let quick = HeapScanner(inferior, threadCount: 1).scan()
      let careful = HeapScanner(inferior, threadCount: 1, isCareful: true).scan()
      #expect(quick.addresses == careful.addresses, "seed \(seed)")
      #expect(quick.byteCount == careful.byteCount && quick.dropped == careful.dropped, "seed \(seed)")
      found += quick.objectCount
    }
    #expect(found > 40 * 20, "there must be something to decide")
  }
}

extension ObjectIndex {
  /// The addresses of all objects.
  var addresses: [Address] {
    var addresses: [Address] = []
    forEachObject {
      addresses.append($0.address)
      return true
    }
    return addresses
  }
}

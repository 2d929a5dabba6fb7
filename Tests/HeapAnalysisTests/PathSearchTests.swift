import CPython
@testable import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

@Suite("Paths to roots")
struct PathSearchTests {
  private var heap: SyntheticHeap
  private let list: Address
  private let int: Address

  init() {
    let layout = Layout.supported[0]
    heap = SyntheticHeap(layout)
    list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
  }

  private func search(_ inferior: Inferior) throws -> PathSearch {
    let index = try HeapScanner(inferior, workers: Workers(count: 2)).scan()
    return PathSearch(
      index: index, runtime: nil, threads: ThreadList(of: nil, in: inferior), in: inferior, isIncomplete: false,
      threadCount: 2)
  }

  @Test mutating func `each object has a number, and each number its object`() throws {
    for number in 0..<2000 { _ = heap.int([UInt32(number)], of: int) }
    let index = try HeapScanner(heap.inferior(), workers: Workers(count: 2)).scan()
    let numbers = ObjectNumbers(index)

    var next = 0
    index.forEachObject { header in
      #expect(numbers.number(of: header.address) == next)
      #expect(numbers.object(next).address == header.address)
      #expect(numbers.object(next).type.number == header.type.number)
      next += 1
      return true
    }

    #expect(next == numbers.count && next >= 2000)
    #expect(numbers.number(of: Address(0x10)) == nil)
  }

  @Test mutating func `an object with more references than objects have to it is held by C`() throws {
    let item = heap.int([7], of: int)
    let inner = heap.list([item, item], of: list)
    let outer = heap.list([inner], of: list)
    let inferior = heap.inferior()

    let found = try search(inferior).paths(to: try #require(inferior.object(at: item)), limit: 3)

    let path = try #require(found.paths.first)
    #expect(path.steps.map(\.object.address) == [outer, inner, item])
    guard case .heldByC(let header, let count) = path.root else {
      Issue.record("the root is \(path.root)")
      return
    }
    #expect(header.address == outer && count >= 1)
    #expect(path.steps[2].parts.count == 2)
  }

  @Test mutating func `a long chain keeps its two ends`() throws {
    var chain = [heap.list([], of: list)]
    for _ in 0..<1000 { chain.append(heap.list([chain[chain.count - 1]], of: list)) }
    let inferior = heap.inferior()

    let found = try search(inferior).paths(to: try #require(inferior.object(at: chain[0])), limit: 1)

    let path = try #require(found.paths.first)
    #expect(path.steps.count == 2 * RootPath.endCount)
    #expect(path.steps.count + path.omittedCount == 1001)
    #expect(path.steps.first?.object.address == chain.last && path.steps.last?.object.address == chain[0])
  }
}

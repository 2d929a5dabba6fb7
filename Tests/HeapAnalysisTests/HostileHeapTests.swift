import CPython
import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

@Suite("Hostile heaps")
struct HostileHeapTests {
  /// The versions whose frames are on a stack of their own.
  private static let withStackFrames = Layout.supported.indices.filter {
    Layout.supported[$0].interpreterFrame != nil
  }

  @Test("futures that all have the same callbacks are given up", arguments: Layout.supported.indices)
  func sharedCallbacks(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let tuple = heap.type(
      "tuple", basicSize: layout.tuple.ob_item.bytes, itemSize: 8, flags: [.ready, .tupleSubclass])
    let future = heap.type("_asyncio.Future", basicSize: layout.future.size)
    let pair = heap.object(of: tuple, size: layout.tuple.ob_item.bytes + 16)
    heap.write(2, at: pair + layout.object.ob_size.bytes)
    heap.write(heap.list([], of: list), at: pair + layout.tuple.ob_item.bytes)
    let callbacks = heap.list(Array(repeating: pair, count: 1000), of: list)
    func fill(_ count: Int) {
      for _ in 0..<count {
        let address = heap.object(of: future, size: layout.future.size)
        heap.write(callbacks, at: address + layout.future.fut_callbacks.bytes)
      }
    }
    fill(3)
    let inferior = heap.inferior()
    let sound = try AsyncTaskGraph(
      in: Heap(
        try HeapScanner(inferior, workers: Workers(count: 1)).scan(), of: inferior, workers: Workers(count: 1)))
    fill(10_000)
    let hostile = heap.inferior()
    let index = try HeapScanner(hostile, workers: Workers(count: 2)).scan()

    #expect(sound.nodes.count == 3 && index.objectCount > 10_000)
    #expect(throws: ReferenceLimitExceeded.self) {
      try AsyncTaskGraph(in: Heap(index, of: hostile, workers: Workers(count: 2)))
    }
  }

  @Test("types whose bases lead in a circle are described", arguments: Layout.supported.indices)
  func basesInACircle(version: Int) {
    let layout = Layout.supported[version]
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let first = heap.type("first", basicSize: 32)
    let second = heap.type("second", basicSize: 32)
    let base = layout.type.tp_base.bytes
    heap.write(heap.objectType, at: heap.objectType + base)
    heap.write(second, at: first + base)
    heap.write(first, at: second + base)

    let types = heap.inferior().types

    #expect(types.type(at: list)?.traits.kind == .list)
    #expect(
      types.type(at: first)?.traits.kind == .generic && types.walks.count == types.types.count)
  }

  @Test("frames that lead in a circle are met a few times only", arguments: withStackFrames)
  func framesInACircle(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SyntheticHeap(layout)
    let fields = try #require(layout.interpreterFrame)
    let frames = (0..<3).map { _ in heap.allocate(fields.size) }
    for (index, frame) in frames.enumerated() {
      heap.write(frames[(index + 1) % 3], at: frame + fields.previous.bytes)
    }
    let thread = heap.allocate(layout.thread.size)
    if let field = layout.thread.cframe, let inner = layout.thread.cframe_current_frame {
      let inC = heap.allocate(64)
      heap.write(frames[0], at: inC + inner.bytes)
      heap.write(inC, at: thread + field.bytes)
    } else {
      heap.write(frames[0], at: thread + (try #require(layout.thread.current_frame)).bytes)
    }
    let inferior = heap.inferior()
    let state = try ThreadState(at: thread, in: inferior)

    var budget = 1000
    let found = StackFrame.frames(of: state, budget: &budget, in: inferior)
    var exhausted = 0
    let none = StackFrame.frames(of: state, budget: &exhausted, in: inferior)

    #expect(found.isEmpty && none.isEmpty)
    #expect((980..<1000).contains(budget) && exhausted == 0)
  }

  @Test(
    "of sets that all claim one large table the first ones are looked through",
    arguments: Layout.supported.indices)
  func oneTableOfManySets(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SyntheticHeap(layout)
    let type = heap.type("set", basicSize: layout.set.size)
    let slotCount = 1 << 14
    let table = heap.allocate(slotCount * layout.set.entrySize)
    for slot in 0..<slotCount {
      heap.write(type, at: table + slot * layout.set.entrySize + layout.set.entryKey.bytes)
    }
    let sets = (0..<100).map { _ in
      let set = heap.object(of: type, size: layout.set.size)
      heap.write(slotCount, at: set + layout.set.fill.bytes)
      heap.write(slotCount, at: set + layout.set.used.bytes)
      heap.write(slotCount - 1, at: set + layout.set.mask.bytes)
      heap.write(table, at: set + layout.set.table.bytes)
      return set
    }

    let index = try HeapScanner(heap.inferior(), workers: Workers(count: 1)).scan()

    #expect(index.contains(sets[0]) && !index.contains(sets[99]))
    #expect((90..<100).contains(index.dropped[.sizeOutOfRange, default: 0]))
  }

  @Test("two, three and eight threads find what one finds", arguments: Layout.supported.indices)
  func threads(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let int = heap.type(
      "int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    for round in 0..<3000 { _ = heap.list([heap.int([UInt32(round + 1)], of: int)], of: list) }
    for round in 0..<100 { heap.write(UInt64.max, at: heap.list([], of: list) + 8 * (round % 5)) }
    let inferior = heap.inferior()

    let found = try [1, 2, 3, 8].map { count in
      let index = try HeapScanner(inferior, workers: Workers(count: count)).scan()
      var addresses: [Address] = []
      index.forEachObject {
        addresses.append($0.address)
        return true
      }
      return (addresses, index.dropped)
    }

    #expect(
      found.allSatisfy { $0.0 == found[0].0 && $0.1 == found[0].1 } && found[0].0.count >= 6000)
  }
}

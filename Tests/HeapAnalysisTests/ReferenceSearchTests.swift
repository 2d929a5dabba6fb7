import CPython
import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

@Suite("References")
struct ReferenceSearchTests {
  /// A heap with lists, ints, and a type of which nothing is known but its size.
  private struct SmallHeap {
    var heap: SyntheticHeap
    let list: Address
    let int: Address
    let unknown: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
      int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
      unknown = heap.type("ext.Unknown", basicSize: layout.object.size + 32)
    }
  }

  private func search(
    _ inferior: Inferior, for targets: [Address], limit: Int = .max, threadCount: Int = 2
  ) throws -> [ReferencesToObject] {
    let index = try HeapScanner(inferior, workers: Workers(count: threadCount)).scan()
    return try ReferenceSearch(for: targets, limit: limit).run(
      in: Heap(index, of: inferior, workers: Workers(count: threadCount)))
  }

  private func referrers(_ references: ReferencesToObject, _ kind: ReferentKind) -> [Address] {
    references.groups[Int(kind.rawValue)].referrers.map(\.address)
  }

  @Test("a list refers to its items, and says by which", arguments: Layout.supported.indices)
  func items(version: Int) throws {
    var heap = SmallHeap(Layout.supported[version])
    let (one, two) = (heap.heap.int([1], of: heap.int), heap.heap.int([2], of: heap.int))
    let holder = heap.heap.list([two, one, two, two], of: heap.list)
    let other = heap.heap.list([one], of: heap.list)

    let found = try search(heap.heap.inferior(), for: [one, two])

    // Lists of a type without the collector's flag hold their items, and the collector does not visit these.
    #expect(referrers(found[0], .held) == [holder, other] && referrers(found[1], .held) == [holder])
    let group = found[1].groups[Int(ReferentKind.held.rawValue)]
    let referrer = try #require(group.referrers.first)
    #expect(group.count == 1 && referrer.partCount == 3)
    #expect(referrer.parts.map { if case .item(let index) = $0 { index } else { -1 } } == [0, 2, 3])
  }

  @Test("a type is referred to by its instances", arguments: Layout.supported.indices)
  func types(version: Int) throws {
    var heap = SmallHeap(Layout.supported[version])
    let numbers = (1...50).map { heap.heap.int([UInt32($0)], of: heap.int) }

    let all = try search(heap.heap.inferior(), for: [heap.int])
    let few = try search(heap.heap.inferior(), for: [heap.int], limit: 7)

    #expect(referrers(all[0], .held) == numbers)
    #expect(referrers(few[0], .held) == Array(numbers.prefix(7)) && few[0].count == 50)
  }

  @Test("a word of an unknown structure is a reference if an object begins there", arguments: Layout.supported.indices)
  func words(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SmallHeap(layout)
    let number = heap.heap.int([1], of: heap.int)
    let thing = heap.heap.object(of: heap.unknown, size: layout.object.size + 32)
    heap.heap.write(number, at: thing + layout.object.size + 8)
    heap.heap.write(number + 8, at: thing + layout.object.size + 16)
    let inferior = heap.heap.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    let header = try #require(inferior.object(at: thing))

    var words: [(Address, ReferentKind)] = []
    index.forEachReferent(of: header, in: inferior) { address, kind, _ in words.append((address, kind)) }

    #expect(words.map(\.0) == [number, heap.unknown] && words.map(\.1) == [.probable, .held])
    #expect(try referrers(search(inferior, for: [number])[0], .probable) == [thing])
  }

  @Test("a word of a structure of C code that an unknown one points at is a reference", arguments: Layout.supported.indices)
  func structures(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SmallHeap(layout)
    let number = heap.heap.int([1], of: heap.int)
    let chunk = heap.heap.mallocChunk(64)
    let freed = heap.heap.mallocChunk(64, isInUse: false)
    let block = heap.heap.pool(ofBlocks: 64)
    let things = [chunk, freed, block, block + 16, number].map { target in
      let thing = heap.heap.object(of: heap.unknown, size: layout.object.size + 32)
      heap.heap.write(target, at: thing + layout.object.size + 8)
      return thing
    }
    for place in [chunk, freed, block] { heap.heap.write(number, at: place + 24) }
    // It points back to its owner, which does not hold itself.
    heap.heap.write(things[0], at: chunk + 32)
    let inferior = heap.heap.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()

    let found = try ReferenceSearch(for: [number, things[0]], limit: .max).run(
      in: Heap(index, of: inferior, workers: Workers(count: 1)))

    #expect(referrers(found[0], .probable) == [things[0], things[2], things[4]] && found[1].count == 0)
    let parts = found[0].groups[Int(ReferentKind.probable.rawValue)].referrers.prefix(2).flatMap(\.parts)
    let offset = layout.object.size + 8
    #expect(parts.map { if case .blockWord(offset, 24) = $0 { true } else { false } } == [true, true])
  }

  @Test("a structure that many objects point at is not read for each of them")
  func sharedStructure() throws {
    var heap = SmallHeap(.cpython3_12)
    let chunk = heap.heap.mallocChunk(1 << 20)
    for _ in 0..<2_000 {
      let thing = heap.heap.object(of: heap.unknown, size: Layout.cpython3_12.object.size + 32)
      heap.heap.write(chunk, at: thing + Layout.cpython3_12.object.size)
    }
    let inferior = heap.heap.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()

    #expect(throws: ReferenceLimitExceeded.self) {
      try ReferenceSearch(for: [chunk], limit: 1).run(in: Heap(index, of: inferior, workers: Workers(count: 1)), isCareful: true)
    }
  }

  @Test("the result does not depend on the number of threads")
  func threads() throws {
    var heap = SmallHeap(.cpython3_14)
    let number = heap.heap.int([1], of: heap.int)
    for round in 0..<60_000 {
      _ = heap.heap.list(round % 3 == 0 ? [number] : [heap.heap.int([UInt32(round)], of: heap.int)], of: heap.list)
    }
    let inferior = heap.heap.inferior()

    let one = try search(inferior, for: [number], limit: 100, threadCount: 1)
    let eight = try search(inferior, for: [number], limit: 100, threadCount: 8)

    #expect(one[0].count == 20_000 && eight[0].count == 20_000)
    #expect(referrers(one[0], .held) == referrers(eight[0], .held) && referrers(one[0], .held).count == 100)
  }

  @Test("an address inside an object leads to it, and one behind it does not", arguments: Layout.supported.indices)
  func around(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SmallHeap(layout)
    _ = heap.heap.list([], of: heap.list)
    let thing = heap.heap.object(of: heap.unknown, size: layout.object.size + 32)
    _ = heap.heap.allocate(4096)
    let inferior = heap.heap.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()

    let (header, offset) = try #require(index.object(around: thing + 24, in: inferior))

    #expect(header.address == thing && offset == 24)
    #expect(index.object(around: thing, in: inferior)?.offset == 0)
    #expect(index.object(around: thing + layout.object.size + 32, in: inferior) == nil)
    #expect(index.object(around: Address(16), in: inferior) == nil)
    #expect(index.object(around: Address(.max), in: inferior) == nil)
  }

  @Test("what is dropped is counted by type", arguments: Layout.supported.indices)
  func dropped(version: Int) throws {
    var heap = SmallHeap(Layout.supported[version])
    let freed = heap.heap.int([7], of: heap.int)
    heap.heap.write(UInt64(0), at: freed)
    let inferior = heap.heap.inferior()

    let index = try HeapScanner(inferior, workers: Workers(count: 2)).scan()

    let number = try #require(inferior.types.number(of: heap.int))
    #expect(index.droppedByType[number] == [.invalidReferenceCount: 1])
    #expect(index.dropped == index.droppedByType.values.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) })
  }
}

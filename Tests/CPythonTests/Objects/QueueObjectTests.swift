import CPython
import MemoryImage
import TestSupport
import Testing

/// `queue.SimpleQueue`, `functools.lru_cache` and the links of `itertools.tee`: rings, and blocks of items.
struct QueueObjectTests {
  private struct Queue: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let items: [Address]

    /// Before 3.13 the items are in a list, since then in a ring, here over its end.
    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.simpleQueue
      object = heap.object(of: heap.type("_queue.SimpleQueue", basicSize: fields.size, flags: [.ready, .gc]), size: fields.size)
      items = heap.ints(3)
      if let field = fields.lst { set(field, to: heap.list(items, of: heap.listType())) }
      if let field = fields.items { set(field, to: heap.words([items[2], .null, items[0], items[1]])) }
      if let field = fields.items_cap { set(field, to: 4) }
      if let field = fields.get_idx { set(field, to: 2) }
      if let field = fields.num_items { set(field, to: 3) }
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a queue has its items in order`(version: Int) throws {
    let layout = Layout.supported[version]
    let parts = Queue(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    // The ring has four slots, which `__sizeof__` counts since 3.15.
    #expect(facts.byteCount == 16 + layout.simpleQueue.size + 4 * layout.simpleQueue.countedSlotSize)
    if layout.version.minor < 13 {
      #expect(facts.references.count == 1)
    } else {
      #expect(facts.references == parts.items.map { .init($0, .visited) })
      #expect(facts.text == "SimpleQueue(\(parts.items[0]), \(parts.items[1]), \(parts.items[2]))")
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a queue that cannot be is invalid`(version: Int) throws {
    let layout = Layout.supported[version]
    let fields = layout.simpleQueue
    if let list = fields.lst {
      #expect(Queue.reason(layout) { $0.set(list, to: $0.items[0]) } == .wrongReferentType)
      return
    }
    let (items, capacity) = (try #require(fields.items), try #require(fields.items_cap))
    let (first, count) = (try #require(fields.get_idx), try #require(fields.num_items))
    #expect(Queue.reason(layout) { $0.set(items, to: .unmapped) } == .invalidTable)
    #expect(Queue.reason(layout) { $0.set(capacity, to: 0) } == .invalidTable)
    #expect(Queue.reason(layout) { $0.set(first, to: 4) } == .invalidTable)
    #expect(Queue.reason(layout) { $0.set(count, to: 5) } == .invalidTable)
    #expect(Queue.reason(layout) { $0.set(count, to: -1) } == .invalidTable)
  }

  private struct Cache: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let function: Address
    let links: [Address]
    let keys: [Address]

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.lruCache
      let type = heap.type("functools._lru_cache_wrapper", basicSize: fields.size, flags: [.ready, .gc])
      let link = heap.type("functools._lru_list_elem", basicSize: fields.linkSize)
      object = heap.object(of: type, size: fields.size)
      function = heap.list([], of: heap.listType())
      keys = heap.ints(2)
      links = [heap.object(of: link, size: fields.linkSize), heap.object(of: link, size: fields.linkSize)]
      let ring = [object] + links
      for (index, each) in ring.enumerated() {
        heap.write(ring[(index + 1) % 3], in: fields.next, of: each)
        heap.write(ring[(index + 2) % 3], in: fields.prev, of: each)
      }
      for (each, key) in zip(links, keys) {
        heap.write(key, in: fields.key, of: each)
        heap.write(keys[0], in: fields.result, of: each)
      }
      set(fields.function, to: function)
      set(fields.cache, to: heap.dict([], of: heap.dictType()))
      set(fields.hits, to: 7)
      set(fields.misses, to: 2)
      set(fields.maxsize, to: 128)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a cache refers to its links, keys and results`(version: Int) throws {
    let layout = Layout.supported[version]
    let parts = Cache(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == 16 + layout.lruCache.size)
    #expect(facts.text.contains("hits=7 misses=2 maxsize=128 currsize=0 {func: \(parts.function)"))
    for link in parts.links { #expect(facts.references.contains(.init(link, .held))) }
    for key in parts.keys + [parts.function] { #expect(facts.references.contains(.init(key, .visited))) }
  }

  @Test(arguments: Layout.supported.indices)
  func `a cache whose ring does not hold together is invalid`(version: Int) {
    let layout = Layout.supported[version]
    let fields = layout.lruCache
    #expect(Cache.reason(layout) { $0.set(fields.hits, to: -1) } == .sizeOutOfRange)
    #expect(Cache.reason(layout) { $0.set(fields.maxsize, to: -2) } == .sizeOutOfRange)
    #expect(Cache.reason(layout) { $0.set(fields.function, to: .null) } == .nullPointer)
    #expect(Cache.reason(layout) { $0.set(fields.function, to: .misaligned) } == .misalignedPointer)
    #expect(Cache.reason(layout) { $0.set(fields.cache, to: $0.function) } == .wrongReferentType)
    #expect(Cache.reason(layout) { $0.set(fields.prev, to: $0.links[0]) } == .invalidTable)
    #expect(Cache.reason(layout) { $0.heap.write($0.links[0], in: fields.next, of: $0.links[0]) } == .invalidTable)
    #expect(Cache.reason(layout) { $0.heap.write(.unmapped, in: fields.next, of: $0.links[1]) } == .invalidTable)
  }

  private struct Tee: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let items: [Address]
    let next: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.teeData
      let type = heap.type("itertools._tee_dataobject", basicSize: fields.size, flags: [.ready, .gc])
      object = heap.object(of: type, size: fields.size)
      next = heap.object(of: type, size: fields.size)
      items = heap.ints(2)
      for (index, item) in items.enumerated() { heap.write(item, at: object + fields.values.bytes + 8 * index) }
      set(fields.numread, to: 2)
      set(fields.nextlink, to: next)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `a block of tee refers to the items that were read`(version: Int) throws {
    let layout = Layout.supported[version]
    let parts = Tee(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.references == (parts.items + [parts.next]).map { .init($0, .visited) })
    #expect(facts.text == "_tee_dataobject(\(parts.items[0]), \(parts.items[1]))")
    #expect(Tee.reason(layout) { $0.set(layout.teeData.numread, to: -1) } == .sizeOutOfRange)
    #expect(Tee.reason(layout) { $0.set(layout.teeData.numread, to: 58) } == .sizeOutOfRange)
    #expect(Tee.reason(layout) { $0.set(layout.teeData.nextlink, to: .misaligned) } == .misalignedPointer)
  }
}

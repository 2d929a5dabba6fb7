import CPython
import MemoryImage
import TestSupport
import Testing

/// Deques: items in one block and in several, and chains of blocks that do not hold together.
struct DequeObjectTests {
  private struct Parts: ObjectParts {
    var heap: SyntheticHeap
    let items: [Address]
    let object: Address
    let blocks: [Address]

    init(_ layout: Layout) { self.init(layout, count: 3) }

    /// The first item is the last of the first block, so that one block is not enough for two.
    init(_ layout: Layout, count: Int) {
      heap = SyntheticHeap(layout)
      items = heap.ints(count)
      let fields = layout.deque
      object = heap.object(of: heap.type("collections.deque", basicSize: fields.size, flags: [.ready, .gc]), size: fields.size)
      let length = (fields.rightlink.bytes - fields.data.bytes) / 8
      let first = count < 2 ? 0 : length - 1
      var made: [Address] = []
      for _ in 0...(first + max(0, count - 1)) / length { made.append(heap.allocate(fields.blockSize)) }
      blocks = made
      for (index, item) in items.enumerated() {
        let place = first + index
        heap.write(item, at: blocks[place / length] + fields.data.bytes + 8 * (place % length))
      }
      for (left, right) in zip(blocks, blocks.dropFirst()) {
        heap.write(right, in: fields.rightlink, of: left)
        heap.write(left, in: fields.leftlink, of: right)
      }
      set(layout.object.ob_size, to: count)
      set(fields.maxlen, to: -1)
      set(fields.leftblock, to: blocks[0])
      set(fields.rightblock, to: blocks[blocks.count - 1])
      set(fields.leftindex, to: first)
      set(fields.rightindex, to: (first + count - 1) % length)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `items are in order over the end of a block`(version: Int) throws {
    let parts = Parts(Layout.supported[version])
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(parts.blocks.count == 2)
    #expect(facts.references == parts.items.map { .init($0, .visited) })
    #expect(facts.text == "deque([\(parts.items[0]), \(parts.items[1]), \(parts.items[2])])")
  }

  @Test(arguments: Layout.supported.indices)
  func `a deque is as large as its blocks`(version: Int) throws {
    let layout = Layout.supported[version]
    // sys.getsizeof(deque([1])): since 3.11 a deque keeps room for the addresses of free blocks in itself.
    let one = layout.version.minor < 11 ? 624 : 760
    #expect(try #require(Parts(layout, count: 1).facts).byteCount == one)
    #expect(try #require(Parts(layout, count: 3).facts).byteCount == one + 528)
  }

  @Test(arguments: Layout.supported.indices)
  func `a limit is shown, and holds`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = Parts(layout)
    parts.set(layout.deque.maxlen, to: 3)
    #expect(try #require(parts.facts).text.hasSuffix("], maxlen=3)"))
    #expect(Parts.reason(layout) { $0.set(layout.deque.maxlen, to: 2) } == .sizeOutOfRange)
  }

  @Test(arguments: Layout.supported.indices)
  func `a deque that cannot be is invalid`(version: Int) {
    let layout = Layout.supported[version]
    let deque = layout.deque
    #expect(Parts.reason(layout) { $0.set(layout.object.ob_size, to: -1) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(deque.leftindex, to: 65) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(deque.rightindex, to: 64) } == .sizeOutOfRange)
    #expect(Parts.reason(layout) { $0.set(deque.leftblock, to: .null) } == .nullPointer)
    #expect(Parts.reason(layout) { $0.set(deque.rightblock, to: .misaligned) } == .misalignedPointer)
    #expect(Parts.reason(layout) { $0.set(deque.rightindex, to: 5) } == .invalidTable)
    // The second block does not link back, links in a circle, or is not there.
    #expect(Parts.reason(layout) { $0.heap.write($0.object, in: deque.leftlink, of: $0.blocks[1]) } == .unmappedItems)
    #expect(Parts.reason(layout) { $0.heap.write($0.blocks[0], in: deque.rightlink, of: $0.blocks[0]) } == .unmappedItems)
    #expect(Parts.reason(layout) { $0.heap.write(.unmapped, in: deque.rightlink, of: $0.blocks[0]) } == .unmappedItems)
  }
}

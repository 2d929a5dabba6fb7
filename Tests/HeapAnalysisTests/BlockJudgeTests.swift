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

  /// Keys of dicts, of which some say what no keys can.
  private static func keys(in heap: inout SyntheticHeap, _ numbers: inout Numbers) -> Address {
    let layout = heap.layout.dictKeys
    let keys = heap.allocate(layout.dk_indices.bytes + 64)
    heap.write([1, 1, 1, 2, 0][numbers.next(below: 5)], at: keys + layout.dk_refcnt.bytes)
    let bits = [3, 4, 9, 17, 33, 40, 41, 200][numbers.next(below: 8)]
    if let size = layout.dk_size { heap.write(bits < 63 ? 1 << bits : [0, -8, 12][bits % 3], at: keys + size.bytes) }
    if let size = layout.dk_log2_size { heap.write(UInt8(bits), at: keys + size.bytes) }
    if let size = layout.dk_log2_index_bytes { heap.write(UInt8(numbers.next(below: 46)), at: keys + size.bytes) }
    if let kind = layout.dk_kind { heap.write(UInt8(numbers.next(below: 3)), at: keys + kind.bytes) }
    return keys
  }

  /// A heap with a pool of blocks of 64 bytes in which anything may be wrong.
  private func heap(_ layout: Layout, seed: Int) -> SyntheticHeap {
    var numbers = Numbers(state: UInt64(seed))
    var heap = SyntheticHeap(layout)
    let types: [(address: Address, isLinked: Bool)] = [
      (heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass]), false),
      (heap.type("float", basicSize: 24), false),
      (heap.type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass]), false),
      (heap.type("tuple", basicSize: 24, itemSize: 8, flags: [.ready, .gc, .tupleSubclass]), true),
      (heap.type("list", basicSize: layout.list.size, flags: [.ready, .gc, .listSubclass]), true),
      (heap.type("huge", basicSize: 400), false),
      (heap.type("dict", basicSize: layout.dict.size, flags: [.ready, .gc, .dictSubclass]), true),
    ]
    let keys = (0..<8).map { _ in Self.keys(in: &heap, &numbers) } + [.null, Address(0x7)]
    let pymalloc = layout.pymalloc
    let end = heap.allocate(0)
    let pool = (end + (pymalloc.poolSize - 1)).alignedDown(to: UInt64(pymalloc.poolSize))
    _ = heap.allocate(Int(pool.rawValue - end.rawValue) + pymalloc.poolSize)
    let blockSize = 64
    let capacity = (pymalloc.poolSize - pymalloc.headerSize) / blockSize
    let carved = capacity - numbers.next(below: 3)
    let blocks = (0..<carved).map { pool + (pymalloc.headerSize + $0 * blockSize) }
    for block in blocks {
      let type = types[numbers.next(below: types.count)]
      let object = block + (type.isLinked ? 16 : 0) + (numbers.next(below: 20) == 0 ? 8 : 0)
      let counts: [UInt64] = [0, 1, 1, 1, 5, 1 << 21, 0xC000_0000, 1 << 33, 1 << 49, block.rawValue, .max]
      if type.isLinked, numbers.next(below: 3) > 0 {
        // Linked to itself, or to what does not link back.
        heap.write(block, at: block)
        heap.write(numbers.next(below: 4) == 0 ? blocks[0] : block, at: block + 8)
      }
      heap.write(counts[numbers.next(below: counts.count)], at: object)
      heap.write(type.address, at: object + 8)
      heap.write([0, 1, 2, -1, -3, 1 << 50][numbers.next(below: 6)], at: object + 16)
      heap.write(UInt64(numbers.next(below: 256)), at: object + 32)
      if type.address == types.last?.address {
        // Some have values, and with them share their keys.
        heap.write(numbers.next(below: 4) == 0 ? block : .null, at: object + layout.dict.ma_values.bytes)
        heap.write(keys[numbers.next(below: keys.count)], at: object + layout.dict.ma_keys.bytes)
      }
    }
    let free = blocks.filter { _ in numbers.next(below: 10) == 0 }
    for (block, next) in zip(free, free.dropFirst() + [.null]) { heap.write(next, at: block) }
    heap.write(UInt32(carved - free.count), at: pool + pymalloc.count.bytes)
    heap.write(free.first ?? .null, at: pool + pymalloc.freeblock.bytes)
    heap.write(UInt32(blockSize / pymalloc.alignment - 1), at: pool + pymalloc.szidx.bytes)
    heap.write(UInt32(pymalloc.headerSize + carved * blockSize), at: pool + pymalloc.nextoffset.bytes)
    // One pool in five is damaged.
    let damage = seed % 5 == 0 ? UInt32(blockSize) : 0
    heap.write(UInt32(pymalloc.poolSize - blockSize) - damage, at: pool + pymalloc.maxnextoffset.bytes)
    return heap
  }

  @Test("the kernel is used for every version", arguments: Layout.supported.indices)
  func usable(version: Int) {
    #expect(BlockJudge.isUsable(for: Layout.supported[version]))
  }

  @Test("what the kernel decides is what the judge decides", arguments: Layout.supported.indices)
  func sameVerdicts(version: Int) {
    var found = 0
    for seed in 1...40 {
      let inferior = heap(Layout.supported[version], seed: seed).inferior()
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

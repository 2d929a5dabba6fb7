import CPython
@testable import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

/// The kernel that accepts objects in pools, against the judge that checks each in full.
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
  func sameVerdicts(version: Int) throws {
    var found = 0
    for seed in 1...40 {
      var numbers = Numbers(state: UInt64(seed))
      let heap = SyntheticHeap(Layout.supported[version], poolOf: 64) { numbers.next(below: $0) }
      let inferior = heap.inferior()
      let quick = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
      let careful = try HeapScanner(inferior, workers: Workers(count: 1), isCareful: true).scan()
      #expect(quick.addresses == careful.addresses, "seed \(seed)")
      #expect(quick.byteCount == careful.byteCount && quick.dropped == careful.dropped, "seed \(seed)")
      found += quick.objectCount
    }
    #expect(found > 40 * 20, "there must be something to decide")
  }
}

/// Blocks that were allocated and only partly written, and that keep the header of a dead object.
@Suite("Partly written blocks")
struct PartlyWrittenBlockTests {
  @Test("what does not fit into its block is no object", arguments: Layout.supported.indices)
  func mustFit(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SyntheticHeap(layout)
    let bytes = heap.type("bytes", basicSize: 33, itemSize: 1, flags: [.ready, .bytesSubclass])
    let str = heap.type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass])
    let blocks = heap.pool(of: 64)
    for (index, length) in [31, 32, 1 << 44, -1].enumerated() {
      heap.header(of: bytes, at: blocks[index], layout.object.ob_size, length)
    }
    let room = 64 - layout.unicode.asciiSize
    for (index, length) in [room - 1, room, 1 << 44].enumerated() {
      heap.header(of: str, at: blocks[index + 4], layout.unicode.length, length)
      heap.write(state(ofASCII: layout.unicode), at: blocks[index + 4] + layout.unicode.state.bytes)
    }

    let inferior = heap.inferior()
    let indices = try [false, true].map { try HeapScanner(inferior, workers: Workers(count: 1), isCareful: $0).scan() }

    for index in indices {
      #expect(blocks.prefix(8).map(index.contains) == [true, false, false, false, true, false, false, false])
      #expect(index.byteCount < inferior.addressSpace.byteCount)
      #expect(index.dropped[.blockTooSmall] == 2)
    }
  }

  @Test("a str that is not ready has its text elsewhere, in memory that there is", arguments: [0, 3])
  func legacyText(version: Int) throws {
    let layout = Layout.supported[version]
    let (field, count) = try #require(layout.unicode.wstr.flatMap { wstr in layout.unicode.wstr_length.map { (wstr, $0) } })
    var heap = SyntheticHeap(layout)
    let str = heap.type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass])
    let text = heap.allocate(64)
    let blocks = heap.pool(of: 96)
    for (block, (wstr, length)) in zip(blocks, [(text, 3), (.null, 3), (text, 1 << 44), (.null, 1 << 44)]) {
      heap.header(of: str, at: block, count, length)
      heap.write(wstr, at: block + field.bytes)
    }

    let index = try HeapScanner(heap.inferior(), workers: Workers(count: 1)).scan()

    #expect(blocks.prefix(4).map(index.contains) == [true, false, false, false])
  }

  private func state(ofASCII text: UnicodeLayout) -> UInt32 {
    1 << text.kindShift | 1 << text.compactShift | 1 << text.asciiShift | (text.readyShift.map { 1 << $0 } ?? 0)
  }
}

extension SyntheticHeap {
  /// The head of an object with one reference, and its length.
  fileprivate mutating func header(of type: Address, at address: Address, _ field: FieldOffset<Int>, _ length: Int) {
    write(UInt64(1), at: address)
    write(type, at: address + layout.object.ob_type.bytes)
    write(length, at: address + field.bytes)
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

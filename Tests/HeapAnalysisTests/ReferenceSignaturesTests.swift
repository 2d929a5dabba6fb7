import CPython
import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

@Suite("Signatures of references")
struct ReferenceSignaturesTests {
  private let identity = Array("a dump of 13 b".utf8)

  /// Lists of ints, some shared, and a list long enough for several rows.
  private func heap() -> (inferior: Inferior, ints: [Address]) {
    let layout = Layout.supported[0]
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    let ints = (1...3000).map { heap.int([UInt32($0)], of: int) }
    for round in 0..<2000 { _ = heap.list([ints[round], ints[round * 7 % 3000], ints[5]], of: list) }
    _ = heap.list(ints.dropFirst(2500).map { $0 }, of: list)
    return (heap.inferior(), ints)
  }

  private func bytes(_ index: ObjectIndex, _ inferior: Inferior, threadCount: Int = 2) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try Heap(index, of: inferior, workers: Workers(count: threadCount)).keepReferences(identity: identity) {
      unsafe $0.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  private func signatures(_ bytes: [UInt8]) -> ReferenceSignatures? {
    ReferenceSignatures(MappedBytes(copying: bytes), identity: identity, threadCount: 2)
  }

  private func text(_ found: [ReferencesToObject]) -> [String] {
    found.flatMap { target in
      target.groups.flatMap { group in
        ["\(target.target) \(group.kind) \(group.count)"] + group.referrers.map { "\($0.address) \($0.partCount) \($0.parts)" }
      }
    }
  }

  @Test func `a search with signatures finds what one without them finds`() throws {
    let (inferior, ints) = heap()
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    let kept = try #require(signatures(try bytes(index, inferior)))
    var (apart, referred) = (0, 0)

    for target in stride(from: 0, to: 3000, by: 37).map({ ints[$0] }) + [ints[5]] {
      let search = ReferenceSearch(for: [target], limit: .max)
      let quick = try search.run(in: Heap(index, of: inferior, workers: Workers(count: 2)), signatures: kept)
      let careful = try search.run(in: Heap(index, of: inferior, workers: Workers(count: 1)), isCareful: true)
      #expect(text(quick) == text(careful))
      if careful[0].count > 0 { referred += 1 }
      if let ranges = kept.mayRefer(to: [target]), ranges.count < 20 { apart += 1 }
    }
    // The purpose of signatures is that so few places are searched.
    #expect(apart > 70 && referred > 70)
  }

  @Test func `a search for several targets finds all of them`() throws {
    let (inferior, ints) = heap()
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    let kept = try #require(signatures(try bytes(index, inferior)))
    let search = ReferenceSearch(for: [ints[17], ints[2999]], limit: .max)

    let quick = try search.run(in: Heap(index, of: inferior, workers: Workers(count: 2)), signatures: kept)

    #expect(try text(quick) == text(search.run(in: Heap(index, of: inferior, workers: Workers(count: 1)), isCareful: true)))
  }

  @Test func `what most objects refer to is not looked for row by row`() throws {
    let (inferior, ints) = heap()
    let kept = try #require(signatures(try bytes(try HeapScanner(inferior, workers: Workers(count: 1)).scan(), inferior)))

    #expect(kept.mayRefer(to: [ints[5]]) == nil)
    #expect(kept.mayRefer(to: [Address(0x10)])?.count ?? .max < 8)
  }

  @Test func `the file does not depend on the number of threads`() throws {
    let (inferior, _) = heap()
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()

    let alone = try bytes(index, inferior, threadCount: 1)
    #expect(try alone == bytes(index, inferior, threadCount: 8))
  }

  @Test func `a file that was changed or cut, or is of another dump, is not used`() throws {
    let (inferior, _) = heap()
    let file = try bytes(try HeapScanner(inferior, workers: Workers(count: 1)).scan(), inferior)
    for position in Array(stride(from: 0, to: file.count, by: 997)) + Array((file.count - 160)..<file.count) {
      var damaged = file
      damaged[position] ^= 0x10
      #expect(signatures(damaged) == nil, "byte \(position)")
    }
    for count in stride(from: 0, to: file.count, by: 4099) { #expect(signatures(Array(file.prefix(count))) == nil) }
    #expect(ReferenceSignatures(MappedBytes(copying: file), identity: [1], threadCount: 1) == nil)
    #expect(signatures(file) != nil)
  }

  @Test(arguments: [1, 8])
  func `lists that all have the same array are given up`(threadCount: Int) throws {
    let layout = Layout.supported[0]
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    let number = heap.int([7], of: int)
    let first = heap.list(Array(repeating: number, count: 2_000), of: list)
    // The array is before its list. A larger one would be recognized while objects are judged.
    let items = first - 2_000 * 8
    for _ in 0..<20_000 {
      let other = heap.list(Array(repeating: Address.null, count: 1), of: list)
      heap.write(items, at: other + layout.list.ob_item.bytes)
      heap.write(UInt64(2_000), at: other + layout.object.ob_size.bytes)
      heap.write(UInt64(2_000), at: other + layout.list.allocated.bytes)
    }
    let inferior = heap.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: threadCount)).scan()

    #expect(index.objectCount > 20_000)
    #expect(throws: ReferenceLimitExceeded.self) { try bytes(index, inferior, threadCount: threadCount) }
    let search = ReferenceSearch(for: [number], limit: 1)
    #expect(throws: ReferenceLimitExceeded.self) {
      try search.run(in: Heap(index, of: inferior, workers: Workers(count: threadCount)))
    }
    #expect(throws: ReferenceLimitExceeded.self) {
      try LayoutValidation.run(typeNumbers: nil, in: Heap(index, of: inferior, workers: Workers(count: threadCount)))
    }
    // A search for an object that none of these lists refers to succeeds all the same.
    #expect(
      try ReferenceSearch(for: [first], limit: 1).run(in: Heap(index, of: inferior, workers: Workers(count: 1)))[0].count == 0)
  }
}

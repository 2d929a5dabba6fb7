import CPython
@testable import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

@Suite("Kept index")
struct StoredIndexTests {
  private let identity = Array("a dump".utf8)

  private func inferior() -> Inferior {
    let layout = Layout.supported[0]
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    _ = heap.list((1...101).map { heap.int([UInt32($0)], of: int) }, of: list)
    let freed = heap.int([7], of: int)
    heap.write(UInt64(0), at: freed)
    return heap.inferior()
  }

  private func bytes(_ index: ObjectIndex, _ inferior: Inferior) -> [UInt8] {
    var bytes: [UInt8] = []
    index.keep(identity: identity, of: inferior) { unsafe $0.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) } }
    return bytes
  }

  private func index(_ bytes: [UInt8], _ inferior: Inferior) -> ObjectIndex? {
    StoredIndex(MappedBytes(copying: bytes)).flatMap { $0.index(of: inferior, threadCount: 2) }
  }

  @Test func `an index that was kept is the one that was made`() throws {
    let inferior = inferior()
    let made = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    let file = bytes(made, inferior)

    let kept = try #require(StoredIndex(MappedBytes(copying: file)))
    let index = try #require(kept.index(of: inferior, threadCount: 2))

    #expect(kept.identity == identity)
    #expect(kept.types == inferior.types.types.map(\.address))
    #expect(index.addresses == made.addresses && index.addresses.allSatisfy(index.contains))
    #expect(index.objectCount == made.objectCount && index.byteCount == made.byteCount)
    #expect(index.dropped == made.dropped && !index.dropped.isEmpty)
  }

  @Test func `an index of which any byte was changed is not used`() throws {
    let inferior = inferior()
    let file = bytes(try HeapScanner(inferior, workers: Workers(count: 1)).scan(), inferior)
    for position in file.indices.dropLast(8) {
      var damaged = file
      damaged[position] ^= 0x10
      #expect(index(damaged, inferior) == nil, "byte \(position)")
    }
  }

  @Test func `numbers of objects that no process has are no index's`() throws {
    let inferior = inferior()
    let most = 1 << 40
    for (objects, dropped, isTaken) in [(most, most, true), (most + 1, 0, false), (1, most + 1, false), (.max, .max, false)] {
      var tally = IndexTally()
      tally.totals[0] = (objects, 1)
      tally.dropped[0] = [.invalidReferenceCount: dropped]
      let table = StoredIndexTable(identity: identity, types: inferior.types.types.map(\.address), tally: tally)

      #expect((StoredIndexTable(table.words) != nil) == isTaken, "\(objects), \(dropped)")
    }
  }

  @Test func `an index that was cut, or is of other types, is not used`() throws {
    let inferior = inferior()
    let file = bytes(try HeapScanner(inferior, workers: Workers(count: 1)).scan(), inferior)
    for count in stride(from: 0, to: file.count, by: 7) {
      #expect(index(Array(file.prefix(count)), inferior) == nil, "\(count) bytes")
    }
    let other = SyntheticHeap(Layout.supported[0]).inferior()
    #expect(index(file, other) == nil)
  }
}

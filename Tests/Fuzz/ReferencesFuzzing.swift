import CScan
import MemoryImage
import TestSupport

@testable import CPython
@testable import HeapAnalysis

/// The signatures of references that are stored in a file.
enum ReferencesFuzzing {
  private static let identity = Array("a dump of 13 b".utf8)

  /// A file in which something was changed, with its checksums corrected where the input says so. Its contents are then
  /// wrong; but they are in order, and can be searched.
  static func references(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let isSealed = input.byte() % 4 != 0
    let target = kept.ints[Int(input.byte()) % kept.ints.count]
    var file = input.edited(kept.file)
    if isSealed { seal(&file) }
    guard let signatures = ReferenceSignatures(MappedBytes(copying: file), identity: identity, threadCount: 1) else {
      return
    }
    let ranges = signatures.mayRefer(to: [target]) ?? []
    let search = ReferenceSearch(for: [target], limit: 10)
    guard
      let found = try? search.run(
        in: Heap(kept.index, of: kept.inferior, workers: Workers(count: 1)), signatures: signatures),
      let all = try? search.run(in: Heap(kept.index, of: kept.inferior, workers: Workers(count: 1)), isCareful: true)
    else { return claim(false, "references without end") }
    claim(found[0].count <= all[0].count, "\(found[0].count) references found of \(all[0].count)")
    claim(file != kept.file || found[0].count == all[0].count, "\(found[0].count) references of \(all[0].count)")
    claim(zip(ranges, ranges.dropFirst()).allSatisfy { $0.last < $1.first }, "ranges out of order")
  }

  /// Corrects the checksums of a changed file, as an attacker would.
  private static func seal(_ file: inout [UInt8]) {
    let tail = file.count - 32
    guard file.count % 8 == 0, tail >= 0, let size = Int(exactly: file.word(at: tail + 16)), size <= tail / 8 else { return }
    let table = tail - size * 8
    guard let read = ReferenceSignatures.Table((0..<size).map { file.word(at: table + $0 * 8) }) else { return }
    var (start, place) = (0, table + 8 + (read.identity.count + 7) / 8 * 8)
    for (count, _) in read.blocks {
      guard count >= 0, count <= (table - start) / 8 else { break }
      file.put(sum(file[start..<(start + count * 8)]), at: place + 8)
      (start, place) = (start + count * 8, place + 16)
    }
    file.put(sum(file[table..<tail]), at: tail + 24)
  }

  private static func sum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    let bytes = Array(bytes)
    return unsafe scan_checksum(bytes, bytes.count)
  }

  /// A small heap, its index, and the file of its references.
  private static let kept = {
    let layout = Layout.supported[0]
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    let ints = (1...200).map { heap.int([UInt32($0)], of: int) }
    for start in stride(from: 0, to: 200, by: 3) { _ = heap.list(Array(ints[start...].prefix(70)), of: list) }
    let inferior = heap.inferior()
    let index = scanned(inferior)
    var file: [UInt8] = []
    do {
      let heap = Heap(index, of: inferior, workers: Workers(count: 1))
      try heap.keepReferences(identity: identity) { unsafe $0.withUnsafeBytes { unsafe file += $0 } }
    } catch {
      claim(false, "no file: \(error)")
    }
    return (inferior: inferior, index: index, ints: ints, file: file)
  }()
}

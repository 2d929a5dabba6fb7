import CScan
import MemoryImage
import TestSupport

@testable import CPython
@testable import HeapAnalysis

/// The index that is stored in a file.
enum IndexFuzzing {
  /// A file in which something was changed, with its checksums corrected where the input says so. What is read of it is
  /// consistent, and can be used.
  static func index(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let kept = input.choice(of: files)
    let isSealed = input.byte() % 4 != 0
    var file = input.edited(kept.file)
    if isSealed { seal(&file) }
    guard let index = StoredIndex(MappedBytes(copying: file))?.index(of: kept.inferior, threadCount: 1) else { return }
    var (count, last) = (0, Address.null)
    index.forEachObject { header in
      claim(count == 0 || header.address > last, "objects out of order")
      claim(index.contains(header.address), "an object that is not contained")
      claim(index.lastObject(upTo: header.address + 1)?.address == header.address, "another last object")
      (count, last) = (count + 1, header.address)
      return true
    }
    claim(count == index.objectCount, "\(index.objectCount) objects said, \(count) found")
    use(index, of: kept.inferior)
  }

  /// Uses an index whatever it contains: there need not be memory at the addresses of its objects.
  private static func use(_ index: ObjectIndex, of inferior: Inferior) {
    _ = try? LayoutValidation.run(typeNumbers: nil, in: Heap(index, of: inferior, workers: Workers(count: 1)))
    for target in [inferior.types.types.first?.address ?? .null, index.lastObject(upTo: Address(.max))?.address ?? .null] {
      _ = index.object(around: target + 8, in: inferior)
      let search = ReferenceSearch(for: [target], limit: 10)
      _ = try? search.run(in: Heap(index, of: inferior, workers: Workers(count: 1)), roots: [])
    }
    for kind in [ObjectKind.str, .bytes] {
      _ = try? StringStatistics.of(
        kind: kind, in: Heap(index, of: inferior, workers: Workers(count: 1)), smallerThan: 10, largerThan: 0)
    }
    var shown = 0
    index.forEachObject { header in
      ObjectFuzzing.read(header, in: inferior)
      shown += 1
      return shown < 20
    }
  }

  /// Corrects the checksums of a changed file, as an attacker would.
  private static func seal(_ file: inout [UInt8]) {
    guard file.count >= StoredIndex.headSize else { return }
    file.put(UInt64(file.count), at: 16)
    let size = Int(truncatingIfNeeded: file.word(at: 24))
    guard size >= 0, size % 8 == 0, size <= file.count - StoredIndex.headSize else { return }
    let words = stride(from: 0, to: size, by: 8).map { file.word(at: StoredIndex.headSize + $0) }
    if var table = StoredIndexTable(words) {
      for (number, piece) in table.pieces.enumerated() {
        guard piece.wordCount <= file.count / 8, piece.count <= file.count / 4, piece.offset <= file.count,
          piece.wordCount * 8 + piece.count * 4 <= file.count - piece.offset
        else { continue }
        let numbers = piece.offset + piece.wordCount * 8
        table.pieces[number].bitmapSum = sum(file[piece.offset..<numbers])
        table.pieces[number].numbersSum = sum(file[numbers..<(numbers + piece.count * 4)])
      }
      for (index, word) in table.words.enumerated() where index < words.count {
        file.put(word, at: StoredIndex.headSize + index * 8)
      }
    }
    file.put(sum(file[StoredIndex.headSize..<(StoredIndex.headSize + size)]), at: 32)
  }

  private static func sum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    let bytes = Array(bytes)
    return unsafe scan_checksum(bytes, bytes.count)
  }

  /// Small heaps of the first and the last version, and the files of their indexes.
  private static let files = [Layout.supported[0], Layout.supported[Layout.supported.count - 1]].map { layout in
    var heap = SyntheticHeap(layout)
    let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
    let int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    let str = heap.type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass])
    _ = heap.list((1...5).map { heap.int([$0], of: int) } + [heap.string("text", of: str)], of: list)
    let freed = heap.int([7], of: int)
    heap.write(UInt64(0), at: freed)
    let inferior = heap.inferior()
    var file: [UInt8] = []
    let index = scanned(inferior)
    index.keep(identity: Array("a dump".utf8), of: inferior) { unsafe $0.withUnsafeBytes { unsafe file += $0 } }
    return (inferior: inferior, file: file)
  }
}

import CPython
import CScan
package import MemoryImage

/// Which objects may refer to an address: signatures of the references of neighbouring objects, kept in a file.
///
/// The objects in the order of their addresses are cut into rows of a few references each. A row's signature is a Bloom
/// filter (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970) of the addresses that its objects refer to.
/// The signatures of many rows make a block and are stored bit by bit, so that a query reads only one slice for each of
/// the address's bits (a bit-sliced signature file: C. Faloutsos and S. Christodoulakis, "Signature files", 1984). A
/// row that has all bits is walked: a signature changes how long a search takes, and never what it finds.
///
/// The file has three parts. Each block has the number of its rows, the address of its last object, the addresses of
/// the rows' first objects, and the slices. The table has the identity and each block's words and checksum. The tail
/// has four words: mark, format, words of the table, its checksum. Nothing in the file is trusted before the checksums
/// are compared.
@safe
package struct ReferenceSignatures: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: the words are read-only, and `file` keeps them.
  private let file: MappedBytes
  private let words: UnsafeBufferPointer<UInt64>
  private let blocks: [Block]

  /// The bits of a signature, and those of them that an address has.
  static let sliceCount = 1024
  private static let mark: UInt64 = 0x3152_4649_4454_4D50  // "PMTDIFR1"
  private static let format: UInt64 = 1
  private static let tailSize = 4

  /// A block whose checksum is right: where its words begin in the file.
  private struct Block {
    let start: Int
    let rowCount: Int
    var width: Int { (rowCount + 63) / 64 }
    var slices: Int { start + 2 + rowCount }
    var wordCount: Int { 2 + rowCount + ReferenceSignatures.sliceCount * width }
  }

  /// The slices of the bits that an address has.
  struct Slices: Sequence, IteratorProtocol {
    private var hash: UInt64
    private var left = 4

    @inline(__always)
    init(of address: Address) {
      // Fibonacci hashing; the high bits are well mixed.
      hash = address.rawValue &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    mutating func next() -> Int? {
      guard left > 0 else { return nil }
      left -= 1
      defer { hash <<= 10 }
      return Int(truncatingIfNeeded: hash >> 54)
    }
  }

  /// The signatures in a file; nil if it is none, is damaged or cut, or its identity is not `identity`.
  package init?(_ file: MappedBytes, identity: [UInt8], threadCount: Int) {
    let words = unsafe file.buffer.bindMemory(to: UInt64.self)
    guard file.count % 8 == 0, words.count >= Self.tailSize else { return nil }
    let tail = words.count - Self.tailSize
    guard unsafe words[tail] == Self.mark, unsafe words[tail + 1] == Self.format,
      let size = unsafe Int(exactly: words[tail + 2]), size <= tail,
      unsafe Self.sum(words[(tail - size)..<tail]) == words[tail + 3],
      let table = Table(unsafe Array(words[(tail - size)..<tail])), table.identity == identity
    else { return nil }
    var blocks: [Block] = []
    var start = 0
    for (count, _) in table.blocks {
      guard count > 2, count <= tail - size - start, let rows = unsafe Int(exactly: words[start]),
        (1...ReferenceSignatureBuilder.rowLimit).contains(rows)
      else { return nil }
      blocks.append(Block(start: start, rowCount: rows))
      guard blocks[blocks.count - 1].wordCount == count else { return nil }
      start += count
    }
    self.file = file
    unsafe self.words = words
    self.blocks = blocks
    let known = self
    let isSound = concurrentMap(count: blocks.count, threadCount: threadCount) { number in
      let block = known.blocks[number]
      return unsafe Self.sum(known.words[block.start..<(block.start + block.wordCount)]) == table.blocks[number].sum
    }
    guard start == tail - size, !isSound.contains(false) else { return nil }
  }

  /// The ranges of objects that may refer to one of the targets, the last address included, ascending and disjoint. Nil
  /// if they are so many that walking all objects is as fast, or if the file has them out of order.
  package func mayRefer(to targets: [Address]) -> [(first: Address, last: Address)]? {
    var found: [(first: Address, last: Address)] = []
    let places = targets.map { Array(Slices(of: $0)) }
    var rowCount = 0
    for block in blocks {
      for word in 0..<block.width {
        var rows = places.reduce(UInt64(0)) { rows, slices in
          rows | slices.reduce(.max) { unsafe $0 & words[block.slices + $1 * block.width + word] }
        }
        while rows != 0 {
          let row = word * 64 + rows.trailingZeroBitCount
          rows &= rows &- 1
          guard row < block.rowCount else { break }
          rowCount += 1
          guard add(row, of: block, to: &found) else { return nil }
        }
      }
    }
    return rowCount > blocks.reduce(0, { $0 + $1.rowCount }) / 4 ? nil : found
  }

  /// Adds a row's objects; the next row's first object can be the last of this one, too. Returns whether they are in order.
  private func add(_ row: Int, of block: Block, to found: inout [(first: Address, last: Address)]) -> Bool {
    let starts = block.start + 2
    let first = unsafe Address(words[starts + row])
    let last = unsafe Address(row + 1 < block.rowCount ? words[starts + row + 1] : words[block.start + 1])
    guard first <= last, found.last.map({ $0.first <= first }) ?? true else { return false }
    if let previous = found.last, first <= previous.last {
      found[found.count - 1].last = max(previous.last, last)
    } else {
      found.append((first, last))
    }
    return true
  }

  @unsafe
  private static func sum(_ words: Slice<UnsafeBufferPointer<UInt64>>) -> UInt64 {
    let bytes = unsafe UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: words))
    return unsafe scan_checksum(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
  }
}

extension ReferenceSignatures {
  /// The table after the blocks, as words: the identity's length in bytes, the identity, and for each block its words
  /// and their checksum.
  struct Table {
    let identity: [UInt8]
    private(set) var blocks: [(wordCount: Int, sum: UInt64)] = []

    init(identity: [UInt8]) { self.identity = identity }

    mutating func add(_ block: [UInt64]) {
      blocks.append((block.count, unsafe block.withUnsafeBufferPointer { unsafe sum($0[...]) }))
    }

    /// The words of the table and of the file's tail.
    var words: [UInt64] {
      var words = [UInt64(identity.count)]
      for start in stride(from: 0, to: identity.count, by: 8) {
        words.append(identity[start...].prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
      }
      for block in blocks { words += [UInt64(block.wordCount), block.sum] }
      let sum = unsafe words.withUnsafeBufferPointer { unsafe ReferenceSignatures.sum($0[...]) }
      return words + [mark, format, UInt64(words.count), sum]
    }

    /// The table that the words are; nil if they are none.
    init?(_ words: [UInt64]) {
      guard let count = words.first.flatMap({ Int(exactly: $0) }), count <= (words.count - 1) * 8 else { return nil }
      let wordCount = (count + 7) / 8
      let text = words[1..<(1 + wordCount)].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
      identity = Array(text.prefix(count))
      let rest = words[(1 + wordCount)...]
      guard rest.count % 2 == 0 else { return nil }
      for place in stride(from: rest.startIndex, to: rest.endIndex, by: 2) {
        guard let wordCount = Int(exactly: rest[place]) else { return nil }
        blocks.append((wordCount, rest[place + 1]))
      }
    }

    private func sum(_ words: Slice<UnsafeBufferPointer<UInt64>>) -> UInt64 { unsafe ReferenceSignatures.sum(words) }
  }
}

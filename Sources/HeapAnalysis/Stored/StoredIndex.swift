package import CPython
import CScan
package import MemoryImage

/// An index in a file: what a scan found, to be mapped and used again.
///
/// The file is a head of five words (mark, format, bytes of the file, bytes of the table, checksum of the table), the
/// table, and for each piece its bitmap and its types' numbers, at multiples of 8. All are little-endian words;
/// `StoredIndexTable` describes the table. Nothing in the file is trusted: a checksum covers every part, and sizes,
/// counts and numbers are compared with each other before they are used.
package struct StoredIndex: Sendable {
  /// What the index is of, in a form that the caller chooses.
  package var identity: [UInt8] { table.identity }
  /// The addresses of all types, in the order of their numbers.
  package var types: [Address] { table.types }

  private let table: StoredIndexTable
  private let file: MappedBytes

  static let mark: UInt64 = 0x3158_444E_4954_4D50  // "PMTINDX1"
  static let format: UInt64 = 1
  static let headSize = 40

  /// The index in a file; nil if the file is none, is damaged, or was cut.
  package init?(_ file: MappedBytes) {
    guard file.load(UInt64.self, at: 0) == Self.mark, file.load(UInt64.self, at: 8) == Self.format,
      file.load(UInt64.self, at: 16) == UInt64(file.count), let size: UInt64 = file.load(at: 24),
      let sum: UInt64 = file.load(at: 32), size % 8 == 0, size <= UInt64(file.count - Self.headSize)
    else { return nil }
    let words = unsafe UnsafeRawBufferPointer(rebasing: file.buffer[Self.headSize..<(Self.headSize + Int(size))])
    guard unsafe scan_checksum(words.baseAddress, words.count) == sum,
      let table = StoredIndexTable(unsafe words.withMemoryRebound(to: UInt64.self) { unsafe Array($0) })
    else { return nil }
    self.table = table
    self.file = file
  }

  /// The index for a process; nil if its types differ from those that the index was made with, or a piece is damaged.
  package func index(of inferior: Inferior, threadCount: Int) -> ObjectIndex? {
    guard inferior.types.types.map(\.address) == types else { return nil }
    let pieces = concurrentMap(count: table.pieces.count, threadCount: threadCount) { piece(table.pieces[$0]) }
    let sound = pieces.compactMap { $0 }
    let isAscending = zip(sound, sound.dropFirst()).allSatisfy { $0.range.end <= $1.range.start }
    let total = table.tally.totals.values.reduce(0) { $0 &+ $1.objects }
    guard sound.count == pieces.count, isAscending, sound.reduce(0, { $0 + $1.count }) == total else { return nil }
    return ObjectIndex(sound, table.tally, inferior: inferior)
  }

  private func piece(_ row: StoredIndexTable.Piece) -> IndexPiece? {
    guard let range = AddressRange(start: row.start, end: row.end), row.granule == 8 || row.granule == 16,
      row.wordCount <= file.count / 8, row.count <= file.count / 4, row.offset <= file.count, row.offset % 8 == 0,
      row.wordCount * 8 + row.count * 4 <= file.count - row.offset, let base = unsafe file.buffer.baseAddress
    else { return nil }
    // SAFETY: the guard keeps both parts inside the file, and both begin at multiples of their elements' sizes.
    let bitmap = unsafe (base + row.offset).assumingMemoryBound(to: UInt64.self)
    let numbers = unsafe (base + row.offset + row.wordCount * 8).assumingMemoryBound(to: UInt32.self)
    guard unsafe scan_checksum(bitmap, row.wordCount * 8) == row.bitmapSum,
      unsafe scan_checksum(numbers, row.count * 4) == row.numbersSum, row.count > 0,
      Int(unsafe scan_largest(numbers, row.count)) < types.count
    else { return nil }
    return unsafe IndexPiece(
      range: range, granule: row.granule, count: row.count, bitmap: bitmap, wordCount: row.wordCount,
      typeNumbers: numbers, owner: file)
  }
}

extension ObjectIndex {
  /// Passes the bytes of a file that stores the index to `write`, piece by piece; see `StoredIndex`.
  ///
  /// - Parameters:
  ///   - identity: what the index is of.
  ///   - write: receives the bytes in order; they are valid only within the call.
  package func keep(identity: [UInt8], of inferior: Inferior, _ write: (RawSpan) throws -> Void) rethrows {
    var table = StoredIndexTable(identity: identity, types: inferior.types.types.map(\.address), tally: tally)
    table.pieces = pieces.map { piece in
      StoredIndexTable.Piece(
        start: piece.range.start, end: piece.range.end, granule: piece.granule, count: piece.count, offset: 0,
        wordCount: piece.wordCount, bitmapSum: unsafe scan_checksum(piece.bitmap, piece.wordCount * 8),
        numbersSum: unsafe scan_checksum(piece.typeNumbers, piece.count * 4))
    }
    var end = StoredIndex.headSize + table.words.count * 8
    for number in table.pieces.indices {
      table.pieces[number].offset = end
      end += table.pieces[number].wordCount * 8 + (table.pieces[number].count * 4 + 7) & ~7
    }
    let words = table.words
    let sum = unsafe words.withUnsafeBytes { unsafe scan_checksum($0.baseAddress, $0.count) }
    let head = [StoredIndex.mark, StoredIndex.format, UInt64(end), UInt64(words.count * 8), sum]
    try unsafe write((head + words).span.bytes)
    for piece in pieces {
      // SAFETY: the piece keeps its memory during both calls.
      try unsafe write(RawSpan(_unsafeStart: piece.bitmap, byteCount: piece.wordCount * 8))
      try unsafe write(RawSpan(_unsafeStart: piece.typeNumbers, byteCount: piece.count * 4))
      if piece.count % 2 == 1 { try unsafe write([UInt32(0)].span.bytes) }
    }
  }
}

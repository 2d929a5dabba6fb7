import CPython
import MemoryImage

/// The table at the beginning of a stored index, as words: the identity, the types, the totals, what was dropped, and
/// where each piece is. Each list begins with its length.
struct StoredIndexTable: Sendable {
  /// A text, without zeros.
  var identity: [UInt8]
  var types: [Address]
  var tally: IndexTally
  var pieces: [Piece] = []

  /// A piece of the index.
  struct Piece: Sendable {
    var start: Address
    var end: Address
    var granule: Int
    /// The number of objects.
    var count: Int
    /// Where in the file the bitmap begins; the numbers of the types follow it.
    var offset: Int
    /// The words of the bitmap.
    var wordCount: Int
    var bitmapSum: UInt64
    var numbersSum: UInt64
  }

  init(identity: [UInt8], types: [Address], tally: IndexTally) {
    self.identity = identity
    self.types = types
    self.tally = tally
  }

  /// The table as words.
  var words: [UInt64] {
    var words = [UInt64((identity.count + 7) / 8)]
    for start in stride(from: 0, to: identity.count, by: 8) {
      words.append(identity[start...].prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
    words.append(UInt64(types.count))
    words += types.map(\.rawValue)
    words.append(UInt64(tally.totals.count))
    for (number, total) in tally.totals.sorted(by: { $0.key < $1.key }) {
      words += [UInt64(number), UInt64(total.objects), UInt64(bitPattern: Int64(total.bytes))]
    }
    words.append(UInt64(tally.dropped.values.reduce(0) { $0 + $1.count }))
    for (number, reasons) in tally.dropped.sorted(by: { $0.key < $1.key }) {
      for (reason, count) in reasons.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        words += [UInt64(number), UInt64(reason.rawValue), UInt64(count)]
      }
    }
    words.append(UInt64(pieces.count))
    for piece in pieces {
      words += [piece.start.rawValue, piece.end.rawValue]
      words += [piece.granule, piece.count, piece.offset, piece.wordCount].map { UInt64($0) }
      words += [piece.bitmapSum, piece.numbersSum]
    }
    return words
  }

  /// More than any process has; sums of such numbers do not overflow.
  private static let largestCount = 1 << 40

  /// The table that the words are; nil if they are none.
  init?(_ words: [UInt64]) {
    var rest = words[...]
    /// The rows of the next list, each of `width` words.
    func list(_ width: Int) -> [ArraySlice<UInt64>]? {
      guard let count = rest.popFirst(), count <= UInt64(rest.count / width) else { return nil }
      let rows = (0..<Int(count)).map { rest.dropFirst($0 * width).prefix(width) }
      rest = rest.dropFirst(Int(count) * width)
      return rows
    }
    guard let identity = list(1), let types = list(1), let totals = list(3), let dropped = list(3), let pieces = list(8)
    else { return nil }
    var tally = IndexTally()
    for row in totals.map(Array.init) {
      guard row[0] < UInt64(types.count), let objects = Int(exactly: row[1]), objects <= Self.largestCount else {
        return nil
      }
      tally.totals[UInt32(row[0])] = (objects, Int(Int64(bitPattern: row[2])))
    }
    for row in dropped.map(Array.init) {
      guard row[0] < UInt64(types.count), let reason = UInt8(exactly: row[1]).flatMap(InvalidReason.init(rawValue:)),
        let count = Int(exactly: row[2]), count <= Self.largestCount
      else { return nil }
      tally.dropped[UInt32(row[0]), default: [:]][reason] = count
    }
    // An identity is a text: the zeros that fill its last word are not part of it.
    let bytes = identity.flatMap { row in (0..<8).map { UInt8(truncatingIfNeeded: (row.first ?? 0) >> (8 * $0)) } }
    self.init(
      identity: bytes.filter { $0 != 0 },
      types: types.map { Address($0.first ?? 0) }, tally: tally)
    for row in pieces.map(Array.init) {
      guard let granule = Int(exactly: row[2]), let count = Int(exactly: row[3]), let offset = Int(exactly: row[4]),
        let wordCount = Int(exactly: row[5])
      else { return nil }
      self.pieces.append(
        Piece(
          start: Address(row[0]), end: Address(row[1]), granule: granule, count: count, offset: offset,
          wordCount: wordCount, bitmapSum: row[6], numbersSum: row[7]))
    }
  }
}

import CPython
import CScan
import MemoryImage

/// The objects of one chunk of memory: a bit for each possible start, and the type's number for each object.
struct IndexPiece: Sendable {
  let range: AddressRange
  let granule: Int
  /// One bit for each granule of the range; empty in a chunk without objects.
  private(set) var bitmap: [UInt64] = []
  /// Before each 512 bits, how many objects came before.
  private(set) var ranks: [UInt32] = []
  /// The number of each object's type, in the order of addresses.
  private(set) var typeNumbers: [UInt32] = []
  /// Objects and bytes by type number, for the types that occur.
  private(set) var totals: [UInt32: (objects: Int, bytes: Int)] = [:]
  /// The candidates of each type that were dropped, by reason.
  private(set) var dropped: [UInt32: [InvalidReason: Int]] = [:]
  /// The totals while objects are added, by type number.
  private var counts: [scan_total] = []
  private let typeCount: Int
  /// The same for what is dropped: a number for each type and reason.
  private var dropCounts: [UInt32] = []

  /// The address of the first bit: the range's start, or what lies before it where that is not aligned.
  private let origin: Address

  init(range: AddressRange, granule: Int, typeCount: Int) {
    self.range = range
    self.typeCount = typeCount
    origin = range.start.alignedDown(to: UInt64(granule))
    self.granule = granule
  }

  /// Adds those of a batch that are live; see `scan_verdict`. Its positions count from `start`.
  ///
  /// - Precondition: the batch lies behind all that was added before.
  @unsafe
  mutating func add(
    _ batch: HeaderBatch, at start: Address, verdicts: UnsafePointer<UInt8>, sizes: UnsafePointer<UInt64>
  ) {
    guard batch.count > 0 else { return }
    if bitmap.isEmpty {
      bitmap = Array(repeating: 0, count: (range.count / granule + 128) >> 6)
      counts = Array(repeating: scan_total(), count: typeCount)
    }
    let offset = Int(truncatingIfNeeded: start.rawValue &- origin.rawValue)
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: batch.count) { kept in
      // SAFETY: the bitmap has a bit for every position of the range, and `counts` a place for every type.
      let count = unsafe scan_record(
        batch.positions, batch.numbers, verdicts, sizes, batch.count, offset, UInt32(granule.trailingZeroBitCount),
        &bitmap, &counts, kept.baseAddress)
      unsafe typeNumbers.append(contentsOf: UnsafeBufferPointer(rebasing: kept[..<count]))
    }
  }

  mutating func drop(_ header: ObjectHeader, _ reason: InvalidReason) {
    let index = Int(header.type.number) &* InvalidReason.allCases.count &+ Int(reason.rawValue)
    if index >= dropCounts.count {
      dropCounts.append(contentsOf: repeatElement(0, count: index + 1 - dropCounts.count))
    }
    dropCounts[index] &+= 1
  }

  /// Makes the ranks and totals once all objects are in.
  mutating func finish() {
    var rank: UInt32 = 0
    ranks.reserveCapacity(bitmap.count / 8 + 1)
    for index in bitmap.indices {
      if index & 7 == 0 { ranks.append(rank) }
      rank &+= UInt32(bitmap[index].nonzeroBitCount)
    }
    for (number, total) in counts.enumerated() where total.objects > 0 {
      totals[UInt32(number)] = (Int(total.objects), Int(truncatingIfNeeded: total.bytes))
    }
    counts = []
    for (index, count) in dropCounts.enumerated() where count > 0 {
      let (number, reason) = index.quotientAndRemainder(dividingBy: InvalidReason.allCases.count)
      dropped[UInt32(number), default: [:]][InvalidReason.allCases[reason]] = Int(count)
    }
    dropCounts = []
  }

  /// Whether it holds no object.
  var isEmpty: Bool { typeNumbers.isEmpty }

  /// The place of the object at `address` among the piece's, or nil if none begins there.
  func rank(of address: Address) -> Int? {
    let offset = Int(truncatingIfNeeded: address.rawValue &- origin.rawValue)
    guard !bitmap.isEmpty, range.contains(address), offset % granule == 0 else { return nil }
    let bit = offset / granule
    let word = bit >> 6
    guard bitmap[word] >> UInt64(bit & 63) & 1 == 1 else { return nil }
    var rank = Int(ranks[word >> 3])
    for index in (word & ~7)..<word { rank += bitmap[index].nonzeroBitCount }
    return rank + (bitmap[word] & ((1 << UInt64(bit & 63)) &- 1)).nonzeroBitCount
  }

  /// The last object of the piece that begins at or before `address`, and its type's number; nil if there is none.
  func lastObject(upTo address: Address) -> (Address, UInt32)? {
    guard !bitmap.isEmpty, address >= origin else { return nil }
    let last = bitmap.count * 64 - 1
    let offset = address.rawValue &- origin.rawValue
    let bit = offset / UInt64(granule) > UInt64(last) ? last : Int(offset) / granule
    var index = bit >> 6
    // Of the word that holds the bit, only the bits up to it count.
    var word = bitmap[index] & (.max >> UInt64(63 - bit & 63))
    while word == 0, index > 0 {
      index -= 1
      word = bitmap[index]
    }
    guard word != 0 else { return nil }
    let start = origin + ((index << 6) + 63 - word.leadingZeroBitCount) * granule
    return rank(of: start).map { (start, typeNumbers[$0]) }
  }

  /// Calls `body` with each object's address and type number until it returns false; whether it never did.
  func forEachObject(_ body: (Address, UInt32) -> Bool) -> Bool {
    var rank = 0
    for (index, word) in bitmap.enumerated() {
      var bits = word
      while bits != 0 {
        let bit = (index << 6) + bits.trailingZeroBitCount
        bits &= bits &- 1
        guard body(origin + bit * granule, typeNumbers[rank]) else { return false }
        rank += 1
      }
    }
    return true
  }
}

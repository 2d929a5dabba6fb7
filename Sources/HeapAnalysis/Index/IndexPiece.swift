import CScan
import MemoryImage

/// The objects of one chunk of memory: a bit for each possible start, and the type's number for each object.
@safe
struct IndexPiece: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: the memory at the pointers is read-only, and `owner` keeps it.
  let range: AddressRange
  let granule: Int
  /// The number of objects.
  let count: Int
  /// One bit for each granule of the range.
  let bitmap: UnsafePointer<UInt64>
  let wordCount: Int
  /// The number of each object's type, in the order of addresses.
  let typeNumbers: UnsafePointer<UInt32>
  /// For each 512 bits, the number of objects before them.
  private let ranks: [UInt32]
  private let owner: any AnyObject & Sendable
  /// The address of the first bit: the range's start, aligned down.
  let origin: Address

  /// A piece whose arrays are at the two pointers as long as `owner` exists; nil if the number of bits set is not that
  /// of the objects, if bits outside of the range are set, or if there are fewer bits than the range needs.
  @unsafe
  init?(
    range: AddressRange, granule: Int, count: Int, bitmap: UnsafePointer<UInt64>, wordCount: Int,
    typeNumbers: UnsafePointer<UInt32>, owner: any AnyObject & Sendable
  ) {
    var rank: UInt32 = 0
    var ranks: [UInt32] = []
    var (first, last): (Int?, Int) = (nil, 0)
    ranks.reserveCapacity(wordCount / 8 + 1)
    for index in 0..<wordCount {
      if index & 7 == 0 { ranks.append(rank) }
      let word = unsafe bitmap[index]
      rank &+= UInt32(word.nonzeroBitCount)
      guard word != 0 else { continue }
      first = first ?? index << 6 + word.trailingZeroBitCount
      last = index << 6 + 63 - word.leadingZeroBitCount
    }
    let origin = range.start.alignedDown(to: UInt64(granule))
    guard Int(rank) == count, wordCount >= Self.wordCount(range, granule: granule),
      let first, range.contains(origin + first * granule), range.contains(origin + last * granule)
    else { return nil }
    self.range = range
    self.granule = granule
    self.count = count
    unsafe self.bitmap = bitmap
    self.wordCount = wordCount
    unsafe self.typeNumbers = typeNumbers
    self.ranks = ranks
    self.owner = owner
    self.origin = origin
  }

  /// The words that the bits of a range take.
  static func wordCount(_ range: AddressRange, granule: Int) -> Int { (range.count / granule + 128) >> 6 }
}

extension IndexPiece {
  /// The number of the object at `address` within the piece; nil if none begins there.
  func rank(of address: Address) -> Int? {
    let offset = Int(truncatingIfNeeded: address.rawValue &- origin.rawValue)
    guard range.contains(address), offset % granule == 0 else { return nil }
    let bit = offset / granule
    let word = bit >> 6
    // SAFETY: the bitmap has a bit for every granule of the range.
    guard unsafe bitmap[word] >> UInt64(bit & 63) & 1 == 1 else { return nil }
    var rank = Int(ranks[word >> 3])
    for index in (word & ~7)..<word { rank += unsafe bitmap[index].nonzeroBitCount }
    return rank + (unsafe bitmap[word] & ((1 << UInt64(bit & 63)) &- 1)).nonzeroBitCount
  }

  /// The address and the type's number of the object with the given number within the piece, which is less than `count`.
  func object(at rank: Int) -> (Address, UInt32) {
    var low = 0
    var high = ranks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(ranks[middle]) <= rank { low = middle } else { high = middle }
    }
    var left = rank - Int(ranks[low])
    var index = low << 3
    // SAFETY: the bit of the object is in one of the eight words that begin here, as the next group begins with a later one.
    var bits = unsafe bitmap[index]
    while left >= bits.nonzeroBitCount, index + 1 < wordCount {
      left -= bits.nonzeroBitCount
      index += 1
      bits = unsafe bitmap[index]
    }
    while left > 0 {
      bits &= bits &- 1
      left -= 1
    }
    return (origin + ((index << 6) + bits.trailingZeroBitCount) * granule, unsafe typeNumbers[rank])
  }

  /// The last object of the piece that begins at or before `address`, and its type's number; nil if there is none.
  func lastObject(upTo address: Address) -> (Address, UInt32)? {
    guard address >= origin else { return nil }
    let last = wordCount * 64 - 1
    let offset = address.rawValue &- origin.rawValue
    let bit = offset / UInt64(granule) > UInt64(last) ? last : Int(offset) / granule
    var index = bit >> 6
    // Of the word that holds the bit, only the bits up to it count.
    // SAFETY: `index` does not exceed the last word, and goes down to the first.
    var word = unsafe bitmap[index] & (.max >> UInt64(63 - bit & 63))
    while word == 0, index > 0 {
      index -= 1
      word = unsafe bitmap[index]
    }
    guard word != 0 else { return nil }
    let start = origin + ((index << 6) + 63 - word.leadingZeroBitCount) * granule
    return rank(of: start).map { (start, unsafe typeNumbers[$0]) }
  }

  /// Calls `body` with each object's address and type number until it returns false; returns whether it never did.
  func forEachObject(_ body: (Address, UInt32) throws -> Bool) rethrows -> Bool {
    var rank = 0
    for index in 0..<wordCount {
      // SAFETY: there is a number for each bit that is set.
      var bits = unsafe bitmap[index]
      while bits != 0 {
        let bit = (index << 6) + bits.trailingZeroBitCount
        bits &= bits &- 1
        guard try body(origin + bit * granule, unsafe typeNumbers[rank]) else { return false }
        rank += 1
      }
    }
    return true
  }

  /// Calls `body` with each object whose type is wanted: its address and its type's number.
  ///
  /// - Parameter isWanted: whether a type is, by number.
  func forEachObject(ofTypes isWanted: [Bool], _ body: (Address, UInt32) -> Void) {
    unsafe isWanted.withUnsafeBufferPointer { isWanted in
      var rank = 0
      for index in 0..<wordCount {
        // SAFETY: there is a number for each bit that is set.
        var bits = unsafe bitmap[index]
        while bits != 0 {
          let number = unsafe typeNumbers[rank]
          if unsafe isWanted[Int(number)] {
            body(origin + ((index << 6) + bits.trailingZeroBitCount) * granule, number)
          }
          bits &= bits &- 1
          rank += 1
        }
      }
    }
  }

  /// Calls `body` with each object of the piece from one address to another, the last included.
  func forEachObject(from first: Address, through last: Address, _ body: (Address, UInt32) -> Void) {
    let offset = first <= origin ? 0 : Int(truncatingIfNeeded: first.rawValue &- origin.rawValue)
    let bit = (offset + granule - 1) / granule
    guard offset <= range.count + granule, bit >> 6 < wordCount else { return }
    var index = bit >> 6
    // SAFETY: the words up to `index` are there, and a number for each bit that is set.
    var rank = Int(ranks[index >> 3])
    for before in (index & ~7)..<index { rank += unsafe bitmap[before].nonzeroBitCount }
    let below = (UInt64(1) << UInt64(bit & 63)) &- 1
    var bits = unsafe bitmap[index]
    rank += (bits & below).nonzeroBitCount
    bits &= ~below
    while true {
      while bits != 0 {
        let address = origin + ((index << 6) + bits.trailingZeroBitCount) * granule
        guard address <= last else { return }
        unsafe body(address, typeNumbers[rank])
        bits &= bits &- 1
        rank += 1
      }
      index += 1
      guard index < wordCount else { return }
      bits = unsafe bitmap[index]
    }
  }
}

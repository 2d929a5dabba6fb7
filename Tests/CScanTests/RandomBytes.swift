/// A generator whose numbers follow from its seed (SplitMix64), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

extension Array where Element == UInt8 {
  /// Puts a little-endian word at `position` if it fits.
  mutating func put(_ word: UInt64, at position: Int) {
    guard position >= 0, position + 8 <= count else { return }
    for index in 0..<8 { self[position + index] = UInt8(truncatingIfNeeded: word >> (8 * index)) }
  }

  /// The little-endian word at `position`.
  func word(at position: Int) -> UInt64 {
    self[position..<(position + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

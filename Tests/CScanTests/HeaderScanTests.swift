import CScan
import Testing

struct HeaderScanTests {
  /// Random bytes with a random type's address in every fourth word or so, at an 8-byte position or beside one.
  private func bytes(_ count: Int, types: [UInt64], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for position in stride(from: 0, to: count, by: 8) {
      guard let type = types.randomElement(using: &generator) else { break }
      switch Int.random(in: 0..<8, using: &generator) {
      case 0, 1: bytes.put(type, at: position)
      case 2: bytes.put(type, at: position + 3)
      case 3: bytes.put(type ^ 8, at: position)
      case 4: bytes.put(0, at: position)
      default: break
      }
    }
    return bytes
  }

  private func types(_ count: Int, using generator: inout SeededGenerator) -> [UInt64] {
    var types: Set<UInt64> = []
    while types.count < count { types.insert(0x5555_0000_0000 + UInt64.random(in: 1...4096, using: &generator) * 8) }
    return types.sorted()
  }

  /// What this processor can do.
  private static let levels = 0...scan_best_level().rawValue

  @Test(arguments: [8, 16], levels)
  func `the kernel finds what its naive twin finds, at every alignment and length`(granule: Int, level: UInt32) {
    for seed in 1...40 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let types = types(Int(seed % 14), using: &generator)
      let set = TypeSet(types, tableBits: 4, bloomBits: seed.isMultiple(of: 2) ? 6 : 12)
      let bytes = bytes(400, types: types, using: &generator)
      for alignment in 0..<16 {
        for size in Array(0..<70) + [127, 128, 129, 255, 256, 257, 383, 384] where alignment < 8 || size > 120 {
          unsafe bytes.withUnsafeBytes { buffer in
            guard let base = unsafe buffer.baseAddress.map({ unsafe $0 + alignment }) else { return }
            let fast = unsafe set.scan(base, size: size, granule: granule, level: scan_level(rawValue: level))
            let naive = unsafe set.scan(base, size: size, granule: granule, naively: true)
            #expect(
              fast.hits == naive.hits && fast.resumes == naive.resumes,
              "seed \(seed), alignment \(alignment), \(size) bytes")
          }
        }
      }
    }
  }

  @Test func `the naive twin finds what a plain loop in Swift finds`() {
    for seed in 1...20 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let types = types(10, using: &generator)
      let bytes = bytes(1000, types: types, using: &generator)
      let expected = stride(from: 0, through: bytes.count - 16, by: 8).compactMap { position in
        types.firstIndex(of: bytes.word(at: position + 8)).map { TypeSet.Hit(position: position, number: $0) }
      }

      let set = TypeSet(types, tableBits: 5, bloomBits: 10)
      let found = unsafe bytes.withUnsafeBytes { buffer in
        unsafe buffer.baseAddress.map { unsafe set.scan($0, size: buffer.count, granule: 8, naively: true).hits }
      }

      #expect(found == expected, "seed \(seed)")
      #expect(!expected.isEmpty, "seed \(seed)")
    }
  }

  @Test(arguments: levels)
  func `hits do not depend on how many are asked for at a time`(level: UInt32) {
    var generator = SeededGenerator(seed: 99)
    let types = types(5, using: &generator)
    let set = TypeSet(types, tableBits: 4, bloomBits: 8)
    let bytes = bytes(2000, types: types, using: &generator)
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      let whole = unsafe set.scan(base, size: 2000, granule: 8, capacity: 1000, level: scan_level(rawValue: level))
      for capacity in 1...20 {
        let pieces = unsafe set.scan(base, size: 2000, granule: 8, capacity: capacity, level: scan_level(rawValue: level))
        #expect(pieces.hits == whole.hits, "capacity \(capacity)")
      }
      #expect(whole.resumes == [2000])
    }
  }

  @Test func `a full buffer is resumed behind its last hit`() {
    var bytes = [UInt8](repeating: 0, count: 64)
    for position in [8, 24, 40] { bytes.put(0x1000, at: position) }
    let set = TypeSet([0x1000], tableBits: 4, bloomBits: 6)
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      let (hits, resumes) = unsafe set.scan(base, size: 64, granule: 16, capacity: 1, naively: false)
      #expect(hits.map(\.position) == [0, 16, 32])
      #expect(resumes == [16, 32, 48, 64])
    }
  }

  @Test func `the last header may end with the last byte and not behind it`() {
    var bytes = [UInt8](repeating: 0, count: 32)
    bytes.put(0x1000, at: 24)
    let set = TypeSet([0x1000], tableBits: 4, bloomBits: 6)
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      let whole = unsafe set.scan(base, size: 32, granule: 16, naively: false)
      let cut = unsafe set.scan(base, size: 31, granule: 16, naively: false)
      #expect(whole.hits.map(\.position) == [16])
      #expect(cut.hits == [])
    }
  }

  @Test func `a set of no types finds nothing, not even null`() {
    let bytes = [UInt8](repeating: 0, count: 4096)
    let set = TypeSet([], tableBits: 4, bloomBits: 6)
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      #expect(unsafe set.scan(base, size: 4096, granule: 8, naively: false).hits == [])
      #expect(unsafe set.scan(base, size: 4096, granule: 8, naively: true).hits == [])
    }
  }
}

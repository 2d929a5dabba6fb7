import CScan
import Testing

struct WordScanTests {
  private func selfTyped(_ bytes: [UInt8], at address: UInt64, capacity: Int) -> [Int] {
    var found: [Int] = []
    var resume = 0
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { positions in
        repeat {
          let count = unsafe scan_self_typed(
            buffer.baseAddress, buffer.count, address, &resume, positions.baseAddress, capacity)
          for index in 0..<count { found.append(Int(unsafe positions[index])) }
        } while resume < bytes.count
      }
    }
    return found
  }

  @Test func `objects that are their own type are found with any capacity, up to the end of the address space`() {
    for (name, address) in [("low", 0x40_0000), ("high", UInt64.max - 255)] {
      for length in [0, 1, 15, 16, 17, 23, 24, 100, 248] {
        var bytes = [UInt8](repeating: 0, count: length)
        var expected: [Int] = []
        for position in stride(from: 0, to: length, by: 24) where position + 16 <= length {
          bytes.put(address &+ UInt64(position), at: position + 8)
          expected.append(position)
        }
        for capacity in [1, 2, 3, 64] {
          #expect(
            selfTyped(bytes, at: address, capacity: capacity) == expected, "\(name), \(length) bytes, \(capacity)")
        }
      }
    }
  }

  @Test func `words are found where a plain loop in Swift finds them, from any position on`() {
    for seed in 1...60 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var bytes = (0..<Int.random(in: 0...1200, using: &generator)).map { _ in UInt8.random(in: 0...1, using: &generator) }
      for position in stride(from: 0, to: bytes.count, by: 8) where Int.random(in: 0..<20, using: &generator) == 0 {
        bytes.put(0x7F00_1234_5678, at: position + Int(seed % 2))
      }
      for start in 0..<8 where start <= bytes.count {
        let places = bytes.count < 8 ? [] : Array(stride(from: start, through: bytes.count - 8, by: 8))
        let expected = places.filter { bytes.word(at: $0) == 0x7F00_1234_5678 }
        for capacity in [1, 3, 1000] {
          #expect(words(0x7F00_1234_5678, in: bytes, from: start, capacity: capacity) == expected, "seed \(seed)")
        }
      }
    }
  }

  private func words(_ word: UInt64, in bytes: [UInt8], from start: Int, capacity: Int) -> [Int] {
    var found: [Int] = []
    var resume = start
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { positions in
        repeat {
          let count = unsafe scan_words(
            buffer.baseAddress, buffer.count, word, &resume, positions.baseAddress, capacity)
          for index in 0..<count { found.append(Int(unsafe positions[index])) }
        } while resume < bytes.count
      }
    }
    return found
  }

  @Test func `bytes are found where a plain loop in Swift finds them`() {
    for seed in 1...200 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let size = Int.random(in: 0...60, using: &generator)
      let haystack = (0..<size).map { _ in UInt8.random(in: 0...1, using: &generator) }
      let needleSize = Int.random(in: 0...6, using: &generator)
      let needle = (0..<needleSize).map { _ in UInt8.random(in: 0...1, using: &generator) }
      for from in 0...(size + 2) {
        let lastStart = size - needle.count
        let expected = needle.isEmpty || from > lastStart
          ? size
          : (from...lastStart).first { haystack[$0..<($0 + needle.count)].elementsEqual(needle) } ?? size
        let found = unsafe scan_bytes(haystack, size, from, needle, needle.count)
        #expect(found == expected, "seed \(seed), from \(from)")
      }
    }
  }
}

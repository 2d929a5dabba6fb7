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

  @Test func `pointers whose links lead back are found where a plain loop in Swift finds them`() {
    for seed in 1...80 as ClosedRange<UInt64> {
      var generator = SeededGenerator(seed: seed)
      // Two pieces of memory with a gap between them, some of whose words point into either or past their ends.
      let pieces = [(0x10000, 400), (0x10400, 800)].map { start, size in
        var bytes = [UInt8](repeating: 0, count: size)
        for place in stride(from: 0, to: size, by: 8) {
          let word = UInt64.random(in: 0x10000..<0x10740, using: &generator)
          bytes.put(Int.random(in: 0..<9, using: &generator) == 0 ? word : word & ~7, at: place)
        }
        return (start: UInt64(start), bytes: bytes)
      }
      // A few links that do lead back.
      var memory = pieces
      for _ in 0..<20 {
        let (thing, other) = (8 * Int.random(in: 0..<40, using: &generator), 8 * Int.random(in: 0..<90, using: &generator))
        memory[0].bytes.put(0x10400 + UInt64(other), at: thing + 16)
        memory[1].bytes.put(0x10000 + UInt64(thing), at: other + 8)
        memory[1].bytes.put(0x10000 + UInt64(thing), at: 8 * Int.random(in: 0..<100, using: &generator))
      }
      func word(_ address: UInt64) -> UInt64? {
        let piece = memory.first { address >= $0.start && address + 8 <= $0.start + UInt64($0.bytes.count) }
        let word = piece.map { $0.bytes.word(at: Int(address - $0.start)) } ?? 0
        return word > 4096 && word % 8 == 0 ? word : nil
      }
      for start in 0..<9 {
        let places = Array(stride(from: start, through: 792, by: 8))
        let expected = places.filter { place in
          let pointer = memory[1].bytes.word(at: place)
          guard pointer > 4096, pointer % 8 == 0, let link = word(pointer + 16) else { return false }
          return word(link + 8) == pointer
        }
        #expect(start % 8 != 0 || expected.count > 4)
        for capacity in [1, 3, 1000] {
          #expect(linksBack(memory, from: start, capacity: capacity) == expected, "seed \(seed)")
        }
      }
    }
  }

  /// The hits of the kernel in the last piece of some memory.
  private func linksBack(_ memory: [(start: UInt64, bytes: [UInt8])], from start: Int, capacity: Int) -> [Int] {
    let (starts, ends) = (memory.map(\.start), memory.map { $0.start + UInt64($0.bytes.count) })
    let all = memory.flatMap(\.bytes)
    var (found, resume) = ([Int](), start)
    let size = memory[memory.count - 1].bytes.count
    unsafe all.withUnsafeBytes { buffer in
      var (bases, offset): ([UnsafeRawPointer?], Int) = unsafe ([], 0)
      for piece in memory {
        unsafe bases.append(buffer.baseAddress.map { unsafe $0 + offset })
        offset += piece.bytes.count
      }
      let bytes = unsafe bases[memory.count - 1]?.assumingMemoryBound(to: UInt8.self)
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { positions in
        unsafe starts.withUnsafeBufferPointer { starts in
          unsafe ends.withUnsafeBufferPointer { ends in
            unsafe bases.withUnsafeBufferPointer { bases in
              var table = unsafe scan_memory(
                starts: starts.baseAddress, ends: ends.baseAddress, bases: bases.baseAddress, count: memory.count)
              repeat {
                let count = unsafe scan_links_back(&table, 16, 8, bytes, size, &resume, positions.baseAddress, capacity)
                for index in 0..<count { found.append(Int(unsafe positions[index])) }
              } while resume < size
            }
          }
        }
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
        let expected =
          needle.isEmpty || from > lastStart
          ? size
          : (from...lastStart).first { haystack[$0..<($0 + needle.count)].elementsEqual(needle) } ?? size
        let found = unsafe scan_bytes(haystack, size, from, needle, needle.count)
        #expect(found == expected, "seed \(seed), from \(from)")
      }
    }
  }
}

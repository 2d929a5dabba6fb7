import CScan
import NativeProcess
@testable import MemoryImage

/// The C kernels over bytes: each finds what its naive twin finds.
enum KernelFuzzing {
  static func kernels(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let needles = (0..<Int(input.byte() % 8)).map { _ in input.word() & 0xFF_FFFF }
    let needle = (0..<Int(input.byte() % 6)).map { _ in input.byte() }
    let granule = input.byte() % 2 == 0 ? 8 : 16
    let (start, capacity) = (Int(input.byte() % 64), 1 + Int(input.byte() % 32))
    let address = input.word()
    let set = TypeAddressSet(needles.enumerated().map { (Address($1), UInt32($0)) })
    let rest = input.rest()
    headers(of: set, in: rest, granule: granule, from: start, capacity: capacity)
    words(needles.first ?? 0, in: rest, at: address, from: start, capacity: capacity)
    texts(needle, in: rest, from: start)
    links(in: rest, at: Address(address & ~7), link: Int(start), back: granule)
    sums(of: rest)
    chunks(in: rest, typesIn: set, needle: needle, typeField: 8 + granule)
  }

  /// All levels of the kernel that finds headers.
  private static func headers(of set: TypeAddressSet, in bytes: [UInt8], granule: Int, from start: Int, capacity: Int) {
    func found(_ level: scan_level?) -> [KernelHit] {
      unsafe set.withKernelSet { set in
        unsafe KernelHit.all(in: bytes, from: start, capacity: capacity) { bytes, size, resume, positions, numbers in
          if let level {
            unsafe scan_headers_at_level(level, set, bytes, size, granule, resume, positions, numbers, capacity)
          } else {
            unsafe scan_headers_naive(set, bytes, size, granule, resume, positions, numbers, capacity)
          }
        }
      }
    }
    let expected = found(nil)
    for level in 0...scan_best_level().rawValue {
      claim(found(scan_level(rawValue: level)) == expected, "other headers at level \(level)")
    }
    let hits = places(in: bytes, of: 16, from: start, step: granule).compactMap { place in
      set.number(of: Address(bytes.word(at: place + 8))).map { KernelHit(position: place, number: Int($0)) }
    }
    claim(hits == expected, "the naive twin finds other headers than a plain loop")
  }

  private static func words(_ word: UInt64, in bytes: [UInt8], at address: UInt64, from start: Int, capacity: Int) {
    let equal = unsafe KernelHit.all(in: bytes, from: start, capacity: capacity) { bytes, size, resume, positions, _ in
      unsafe scan_words(bytes, size, word, resume, positions, capacity)
    }
    let places = places(in: bytes, of: 8, from: start, step: 8)
    claim(equal.map(\.position) == places.filter { bytes.word(at: $0) == word }, "other words")
    let ownTypes = unsafe KernelHit.all(in: bytes, from: start, capacity: capacity) { bytes, size, resume, positions, _ in
      unsafe scan_self_typed(bytes, size, address, resume, positions, capacity)
    }
    let expected = self.places(in: bytes, of: 16, from: start, step: 8).filter {
      bytes.word(at: $0 + 8) == address &+ UInt64($0)
    }
    claim(ownTypes.map(\.position) == expected, "other objects that are their own type")
  }

  /// Pointers that point back, in one region some of whose words point into it.
  private static func links(in bytes: [UInt8], at start: Address, link: Int, back: Int) {
    var input = FuzzInput(bytes)
    let memory = input.memory(at: start, linked: true)
    let segments = memory.reader.segments
    func pointer(at address: Address) -> Address? {
      guard let word: Address = try? memory.reader.load(at: address), word.rawValue > 4096, word.isAligned(to: 8) else {
        return nil
      }
      return word
    }
    for chunk in memory.chunks() {
      let found = chunk.pointersThatLeadBack(link: link, back: back, in: segments)
      let first = chunk.range.start + Int((0 &- chunk.range.start.rawValue) & 7)
      let places = chunk.range.count < 8 ? [] : Array(stride(from: first.rawValue, through: chunk.range.end.rawValue &- 8, by: 8))
      let expected = places.map { Address($0) }.filter { place in
        guard let word = pointer(at: place), let next = pointer(at: word + link) else { return false }
        return pointer(at: next + back) == word
      }
      claim(found == expected, "other pointers that lead back")
    }
  }

  private static func texts(_ needle: [UInt8], in bytes: [UInt8], from start: Int) {
    let last = bytes.count - needle.count
    let expected =
      needle.isEmpty || start > last
      ? nil : (start...last).first { bytes[$0..<($0 + needle.count)].elementsEqual(needle) }
    let found = unsafe scan_bytes(bytes, bytes.count, start, needle, needle.count)
    claim(found == expected ?? bytes.count, "other bytes")
  }

  private static func sums(of bytes: [UInt8]) {
    claim(unsafe scan_checksum(bytes, bytes.count) == checksum(bytes), "another checksum")
    let numbers = stride(from: 0, to: bytes.count - 7, by: 8).map { UInt32(truncatingIfNeeded: bytes.word(at: $0)) }
    claim(unsafe scan_largest(numbers, numbers.count) == numbers.max() ?? 0, "another largest number")
  }

  /// The naive twin of `scan_checksum`: eight sums in turn, then the rest.
  private static func checksum(_ bytes: [UInt8]) -> UInt64 {
    let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    var lanes = (0..<8).map { 0xCBF2_9CE4_8422_2325 + UInt64($0) }
    let whole = bytes.count / 64 * 64
    for place in stride(from: 0, to: whole, by: 8) {
      let sum = (lanes[place / 8 % 8] ^ bytes.word(at: place)) &* factor
      lanes[place / 8 % 8] = sum ^ sum >> 32
    }
    let tail = bytes[whole...].reduce(UInt64(bytes.count)) { ($0 ^ UInt64($1)) &* factor }
    let sum = lanes.reduce(tail) { ($0 ^ $1 >> 29 ^ $1) &* factor }
    return sum ^ sum >> 32
  }

  /// The same kernels as they are used: on chunks of regions.
  private static func chunks(in bytes: [UInt8], typesIn set: TypeAddressSet, needle: [UInt8], typeField: Int) {
    var input = FuzzInput(bytes)
    let memory = input.memory(at: Address(0x1000))
    for chunk in memory.chunks(alignment: 16 << 10) {
      var found: [Address] = []
      chunk.forEachHeader(typeIn: set) { address, _ in found.append(address) }
      let expected = stride(from: chunk.range.start.rawValue, to: chunk.range.end.rawValue, by: 8)
        .map { Address($0) }
        .filter { address in
          guard address.isAligned(to: UInt64(chunk.granule)),
            let word: UInt64 = try? memory.load(at: address + 8)
          else {
            return false
          }
          return set.number(of: Address(word)) != nil
        }
      if memory.regions.count == 1 { claim(found == expected, "other headers in a chunk") }
      _ = chunk.selfTypedObjects()
      _ = chunk.selfTypedObjects(typeField: typeField)
      _ = chunk.occurrences(of: needle, limit: 1000)
    }
  }

  /// The places where something of a size fits.
  private static func places(in bytes: [UInt8], of size: Int, from start: Int, step: Int) -> [Int] {
    bytes.count < size ? [] : Array(stride(from: start, through: bytes.count - size, by: step))
  }
}

/// A position that a kernel wrote, and the number that belongs to it.
struct KernelHit: Equatable {
  let position: Int
  var number = 0

  /// A kernel that continues at a position: bytes, their number, the position, and room for positions and numbers.
  typealias Kernel = (
    UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Int>, UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt32>
  ) -> Int

  /// All hits of a kernel, requested up to `capacity` at a time.
  @unsafe
  static func all(in bytes: [UInt8], from start: Int, capacity: Int, _ kernel: Kernel) -> [KernelHit] {
    var hits: [KernelHit] = []
    var resume = start
    // Arrays of exactly this length: the address sanitizer finds what is written or read after them.
    var positions = [UInt32](repeating: 0, count: capacity)
    var numbers = positions
    repeat {
      let before = resume
      let found = unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe kernel(bytes.baseAddress, bytes.count, &resume, &positions, &numbers)
      }
      claim(found <= capacity && (resume > before || resume >= bytes.count), "a kernel that does not go on")
      hits += (0..<found).map { KernelHit(position: Int(positions[$0]), number: Int(numbers[$0])) }
    } while resume < bytes.count
    return hits
  }
}

extension [UInt8] {
  /// The little-endian word at a position.
  func word(at position: Int) -> UInt64 {
    self[position..<(position + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
  /// Puts a little-endian word at a position.
  mutating func put(_ word: UInt64, at position: Int) {
    for index in 0..<8 { self[position + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index)) }
  }
}

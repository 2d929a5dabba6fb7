import MemoryImage

@testable import CPython
@testable import HeapAnalysis

/// Numbers and memory drawn from an input.
struct FuzzInput {
  private var left: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    left = bytes[...]
  }

  /// Whether nothing is left.
  var isEmpty: Bool { left.isEmpty }

  /// The next byte, 0 at the end.
  mutating func byte() -> UInt8 { left.popFirst() ?? 0 }

  /// The next eight bytes as a number.
  mutating func word() -> UInt64 { (0..<8).reduce(0) { $0 | UInt64(byte()) << UInt64(8 * $1) } }

  /// All bytes that are left.
  mutating func rest() -> [UInt8] {
    defer { left = [] }
    return Array(left)
  }

  /// A file in which the rest of the input changes bytes and words, or cuts the end off.
  ///
  /// Three bytes say where and what, others follow: places count from the end, where indexes are.
  mutating func edited(_ file: [UInt8]) -> [UInt8] {
    var file = file
    while !isEmpty, !file.isEmpty {
      let place = (Int(byte()) << 8 | Int(byte())) % file.count
      let what = byte()
      switch what % 4 {
      case 0: file[file.count - 1 - place] = byte()
      case 1 where what > 0x80: file.removeLast(place)
      case 1: file[file.count - 1 - place] ^= 1 << (what >> 2 & 7)
      default:
        let word = what % 4 == 2 ? UInt64(byte()) : word()
        let start = max(0, file.count - 8 - place & ~7) & ~7
        for index in 0..<min(8, file.count - start) {
          file[start + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index))
        }
      }
    }
    return file
  }

  /// One of some elements.
  mutating func choice<Element>(of things: [Element]) -> Element {
    things[Int(byte()) % things.count]
  }

  /// All that is left, in a region that begins at `start`; one of two regions that meet where the input says so.
  ///
  /// - Parameter linked: whether words whose last byte is odd become pointers into the memory: to find one by chance
  ///   takes long.
  mutating func memory(at start: Address, linked: Bool = false) -> AddressSpace {
    let cut = Int(byte()) * 8
    var bytes = Array(left)
    if linked {
      for word in 0..<bytes.count / 8 where bytes[word * 8 + 7] & 1 == 1 {
        let place = start + (Int(bytes[word * 8]) << 3 | Int(bytes[word * 8 + 1] & 7)) % bytes.count
        for index in 0..<8 { bytes[word * 8 + index] = UInt8(truncatingIfNeeded: place.rawValue >> UInt64(8 * index)) }
      }
    }
    let pieces = cut > 0 && cut < bytes.count ? [bytes[..<cut], bytes[cut...]] : [bytes[...]]
    let regions = pieces.compactMap { piece -> MemoryRegion? in
      guard let range = AddressRange(start: start + piece.startIndex, count: piece.count) else {
        return nil
      }
      return MemoryRegion(range: range, owner: MappedBytes(copying: piece))
    }
    return AddressSpace(regions: regions)
  }
}

/// Returns all objects of a process.
func scanned(_ inferior: Inferior, isCareful: Bool = false) -> ObjectIndex {
  do {
    return try HeapScanner(inferior, workers: Workers(count: 1), isCareful: isCareful).scan()
  } catch {
    preconditionFailure("nothing cancels the scan")
  }
}

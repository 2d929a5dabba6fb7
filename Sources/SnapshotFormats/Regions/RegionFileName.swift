import MemoryImage

/// The name of a region's file in the directory form: `mem.START.END.bin`, with a suffix such as `.gz` if the file is
/// compressed.
struct RegionFileName {
  /// The addresses of the region in the process.
  let range: AddressRange
  /// Whether the name has a suffix after `.bin`, as those of compressed files have.
  let hasSuffix: Bool

  init(range: AddressRange) {
    self.range = range
    hasSuffix = false
  }

  /// Parses a name; nil if `text` is any other. START and END are hexadecimal digits of either case, at most sixteen, and
  /// START is the lower address.
  init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 || parts.count == 5 && Self.suffixes.contains(where: { $0.utf8.dropFirst().elementsEqual(parts[4]) }),
      parts[0].elementsEqual("mem".utf8), parts[3].elementsEqual("bin".utf8),
      let start = Self.address(parts[1]), let end = Self.address(parts[2]),
      let range = AddressRange(start: start, end: end)
    else { return nil }
    self.range = range
    hasSuffix = parts.count == 5
  }

  /// The name as we write it, with sixteen upper-case digits for each address.
  var text: String { "mem.\(range.start).\(range.end).bin" }

  /// The suffixes of the names of compressed files.
  static let suffixes = [".gz", ".zst", ".xz", ".lz4"]

  private static func address(_ digits: Substring.UTF8View) -> Address? {
    guard (1...16).contains(digits.count) else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt64(digit - UInt8(ascii: "A") + 10)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return Address(value)
  }
}

import MemoryImage

/// The name of a region's file in the directory form: `mem.START.END.bin`, or that with a suffix behind it, such as
/// `.gz`, of a compressed file.
struct RegionFileName {
  /// Where the region lay in the process.
  let range: AddressRange
  /// Whether the name has a suffix behind `.bin`, as compressed files have.
  let hasSuffix: Bool

  init(range: AddressRange) {
    self.range = range
    hasSuffix = false
  }

  /// The name that `text` is, or nil if it is any other. START and END are hexadecimal digits of any case, sixteen at
  /// most, and START is the lower.
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

  /// What stands behind the names of compressed files.
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

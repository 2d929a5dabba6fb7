/// The format of one C number in memory, by the letters of Python's `struct` module.
package struct CValueFormat: Sendable {
  private enum Form: Sendable { case signed, unsigned, real, boolean, character, pointer }
  private let form: Form
  /// The number's size in bytes.
  package let size: Int

  /// The format for a letter; nil if the letter is not that of a number.
  ///
  /// - Parameter isNative: whether `l` and `L` have the machine's size instead of the standard one.
  package init?(structCode code: UInt8, isNative: Bool) {
    let long = isNative ? 8 : 4
    switch UnicodeScalar(code) {
    case "b": (form, size) = (.signed, 1)
    case "B": (form, size) = (.unsigned, 1)
    case "c": (form, size) = (.character, 1)
    case "?": (form, size) = (.boolean, 1)
    case "h": (form, size) = (.signed, 2)
    case "H": (form, size) = (.unsigned, 2)
    case "i": (form, size) = (.signed, 4)
    case "I": (form, size) = (.unsigned, 4)
    case "l": (form, size) = (.signed, long)
    case "L": (form, size) = (.unsigned, long)
    case "q", "n": (form, size) = (.signed, 8)
    case "Q", "N": (form, size) = (.unsigned, 8)
    case "e": (form, size) = (.real, 2)
    case "f": (form, size) = (.real, 4)
    case "d": (form, size) = (.real, 8)
    case "P", "z", "Z", "O": (form, size) = (.pointer, 8)
    default: return nil
    }
  }

  /// Whether it is a signed integer.
  var isSigned: Bool { form == .signed }

  /// The bytes as an unsigned number, least significant first; bytes after the eighth are ignored.
  package static func unsigned(_ bytes: some Collection<UInt8>) -> UInt64 {
    bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The number in Python's notation.
  package func text(of bytes: some Collection<UInt8>) -> String {
    let value = Self.unsigned(bytes)
    switch form {
    case .unsigned: return String(value)
    case .signed:
      let unused = UInt64(64 - 8 * min(size, 8))
      return String(Int64(bitPattern: value << unused) >> Int64(unused))
    case .boolean: return value == 0 ? "False" : "True"
    case .character: return "b'" + Self.escaped(UInt8(truncatingIfNeeded: value)) + "'"
    case .pointer: return value == 0 ? "None" : "0x" + String(value, radix: 16)
    case .real:
      switch size {
      case 8: return PythonNumber.text(of: Double(bitPattern: value))
      case 4: return PythonNumber.text(of: Double(Float(bitPattern: UInt32(truncatingIfNeeded: value))))
      default: return PythonNumber.text(of: Self.half(UInt16(truncatingIfNeeded: value)))
      }
    }
  }

  /// A byte as it is written in a `bytes` literal in single quotes.
  static func escaped(_ byte: UInt8) -> String {
    if byte >= 0x20, byte < 0x7F, byte != 0x27, byte != 0x5C { return String(UnicodeScalar(byte)) }
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count < 2 ? "0" : "") + digits
  }

  /// The value of an IEEE 754 binary16; Swift's own type is not available on every processor.
  private static func half(_ bits: UInt16) -> Double {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction / 1024) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}

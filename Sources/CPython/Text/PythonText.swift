import MemoryImage

/// Text and bytes as Python's `repr` writes them: control characters are always escaped.
package enum PythonText {
  /// A `str` in quotes. Numbers that are not scalar values, such as lone surrogates, are escaped.
  package static func quoted(_ codePoints: [UInt32]) -> String {
    let quote = self.quote(hasSingle: codePoints.contains(0x27), hasDouble: codePoints.contains(0x22))
    var text = String(quote)
    for codePoint in codePoints { append(codePoint, to: &text, quote: quote) }
    text.unicodeScalars.append(quote)
    return text
  }

  /// A text in quotes.
  package static func quoted(_ text: String) -> String {
    quoted(ForeignText.codePoints(of: text))
  }

  /// Bytes in quotes, without a prefix.
  package static func quoted(_ bytes: [UInt8]) -> String {
    let quote = self.quote(hasSingle: bytes.contains(0x27), hasDouble: bytes.contains(0x22))
    var text = String(quote)
    for byte in bytes {
      // Beyond ASCII, bytes are never written as characters.
      if byte < 0x7F {
        append(UInt32(byte), to: &text, quote: quote)
      } else {
        text += "\\x" + hexadecimal(UInt32(byte), 2)
      }
    }
    text.unicodeScalars.append(quote)
    return text
  }

  /// Bytes as hexadecimal digits, two for each.
  package static func digits(_ bytes: [UInt8]) -> String {
    bytes.map { hexadecimal(UInt32($0), 2) }.joined()
  }

  /// A name out of a dump, on one line: only what is not printable is escaped.
  package static func escaped(_ name: String) -> String {
    if name.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return name }
    return escaped(name, keepsLines: false)
  }

  /// A text of several lines, each escaped like a name, for terminals and files that people read.
  package static func escapedLines(_ text: some StringProtocol) -> String {
    escaped(text, keepsLines: true)
  }

  private static func escaped(_ text: some StringProtocol, keepsLines: Bool) -> String {
    var result = ""
    ForeignText.forEachCodePoint(of: text) { codePoint in
      if let scalar = Unicode.Scalar(codePoint), isPrintable(scalar) || keepsLines && scalar == "\n" {
        result.unicodeScalars.append(scalar)
      } else {
        append(codePoint, to: &result, quote: "'")
      }
    }
    return result
  }

  /// The beginning of a text, for a message about something else: messages may end up where nobody protects secrets.
  package static func clipped(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: mentionLength, limitedBy: scalars.endIndex),
      end != scalars.endIndex
    else { return text }
    return String(scalars[..<end]) + "..."
  }

  /// The number of characters of a text of the process that a message shows.
  package static let mentionLength = 60

  private static func quote(hasSingle: Bool, hasDouble: Bool) -> Unicode.Scalar {
    hasSingle && !hasDouble ? "\"" : "'"
  }

  private static func append(_ codePoint: UInt32, to text: inout String, quote: Unicode.Scalar) {
    switch codePoint {
    case 0x0A: text += "\\n"
    case 0x0D: text += "\\r"
    case 0x09: text += "\\t"
    case 0x5C: text += "\\\\"
    case quote.value:
      text += "\\"
      text.unicodeScalars.append(quote)
    default:
      if let scalar = Unicode.Scalar(codePoint), isPrintable(scalar) {
        text.unicodeScalars.append(scalar)
      } else if codePoint < 0x100 {
        text += "\\x" + hexadecimal(codePoint, 2)
      } else if codePoint < 0x10000 {
        text += "\\u" + hexadecimal(codePoint, 4)
      } else {
        text += "\\U" + hexadecimal(codePoint, 8)
      }
    }
  }

  /// The result of `str.isprintable` for a character.
  package static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }

  private static func hexadecimal(_ number: UInt32, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

import CPython
import FoundationEssentials
import MemoryImage

/// Answers as JSON, each on one line, with their keys in alphabetical order.
///
/// Text of the process is passed unescaped, and escaped once, here: a reader of JSON gets the exact text. A character
/// that a terminal would obey instead of showing it, or an editor would hide, is written as a `\u` escape, though the
/// grammar allows it.
package struct JSONText {
  private let encoder: JSONEncoder

  package init() {
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  /// The JSON of `value`.
  ///
  /// - Throws: `EncodingError` for values that JSON cannot express.
  package func text(of value: some Encodable) throws -> String {
    let data = try encoder.encode(value)
    let text = String(decoding: data, as: UTF8.self)
    guard data.contains(where: { $0 >= 0x7F }) else { return text }
    // Outside of strings there is ASCII only.
    var result = ""
    ForeignText.forEachCodePoint(of: text) { Self.append($0, to: &result) }
    return result
  }

  /// A text in quotes, for answers that are too long for the encoder.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    ForeignText.forEachCodePoint(of: text) { codePoint in
      switch Unicode.Scalar(codePoint) {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: append(codePoint, to: &result)
      }
    }
    return result + "\""
  }

  private static func append(_ codePoint: UInt32, to text: inout String) {
    let scalar = Unicode.Scalar(codePoint)
    if let scalar, PythonText.isPrintable(scalar) {
      text.unicodeScalars.append(scalar)
      return
    }
    // A value that is no scalar is a lone surrogate, as Python writes it too.
    for unit in scalar.map({ Array(UTF16.encode($0) ?? UTF16.encodedReplacementCharacter) }) ?? [UInt16(codePoint)] {
      let digits = String(unit, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}

import CPython
import FoundationEssentials
import MemoryImage

/// Answers as JSON, each on one line, with their keys in alphabetical order.
///
/// Text of the process is given as it is, and escaped once, here: a reader of JSON gets the very text. What a terminal
/// would obey instead of showing it, or an editor would hide, is a number in the JSON though the grammar lets it stand.
package struct JSONText {
  private let encoder: JSONEncoder

  package init() {
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  /// The JSON of `value`.
  ///
  /// - Throws: `EncodingError` for values that JSON has no way to write.
  package func text(of value: some Encodable) throws -> String {
    let data = try encoder.encode(value)
    let text = String(decoding: data, as: UTF8.self)
    guard data.contains(where: { $0 >= 0x7F }) else { return text }
    // Outside of strings there is ASCII only.
    var result = ""
    ForeignText.forEachCodePoint(of: text) { Self.append($0, to: &result) }
    return result
  }

  /// A text between quotes, for the answers that are too long for the encoder.
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
    // What is no scalar is a lone surrogate, as Python writes it too.
    for unit in scalar.map({ Array(UTF16.encode($0) ?? UTF16.encodedReplacementCharacter) }) ?? [UInt16(codePoint)] {
      let digits = String(unit, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}

/// Text of the process as a `String`, without loss. Python text may contain lone surrogates. Linux file names may contain
/// any bytes, which Python decodes as lone surrogates (PEP 383). A `String` can hold neither.
///
/// A lone surrogate becomes two characters of the `String`: a mark, and a character of plane 16 for its number. The mark
/// itself, which is no character of Unicode, is doubled. Code that writes text for people to read uses its `codePoints`.
package enum ForeignText {
  private static let mark: Unicode.Scalar = "\u{10FFFF}"
  /// The character for the surrogate U+D800. It begins a range of 2,048 characters for all surrogates.
  private static let first: UInt32 = 0x10_F000
  private static let surrogates: ClosedRange<UInt32> = 0xD800...0xDFFF

  /// Returns the text of some code points. Numbers beyond Unicode become U+FFFD.
  package static func text(_ codePoints: some Sequence<UInt32>) -> String {
    var text = String.UnicodeScalarView()
    for codePoint in codePoints { append(codePoint, to: &text) }
    return String(text)
  }

  /// Returns the text of some bytes: UTF-8, with a lone surrogate from U+DC80 for each byte that is invalid.
  package static func text(utf8 bytes: some RandomAccessCollection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(mark) { return text }
    var text = String.UnicodeScalarView()
    var rest = bytes[bytes.startIndex...]
    while !rest.isEmpty {
      let character = (1...4).lazy.compactMap { String(validating: rest.prefix($0), as: UTF8.self) }.first
      if let scalar = character?.unicodeScalars.first {
        append(scalar.value, to: &text)
        rest = rest.dropFirst(scalar.utf8.count)
      } else {
        append(0xDC00 + UInt32(rest.removeFirst()), to: &text)
      }
    }
    return String(text)
  }

  /// Returns the bytes that a text was made from: the inverse of `text(utf8:)`.
  package static func bytes(of text: some StringProtocol) -> [UInt8] {
    var bytes: [UInt8] = []
    forEachCodePoint(of: text) { codePoint in
      if let scalar = Unicode.Scalar(codePoint) {
        bytes.append(contentsOf: Array(scalar.utf8))
      } else {
        bytes.append(UInt8(truncatingIfNeeded: codePoint))
      }
    }
    return bytes
  }

  private static func append(_ codePoint: UInt32, to text: inout String.UnicodeScalarView) {
    if surrogates.contains(codePoint), let stand = Unicode.Scalar(first + codePoint - surrogates.lowerBound) {
      text.append(mark)
      text.append(stand)
    } else if let scalar = Unicode.Scalar(codePoint) {
      if scalar == mark { text.append(mark) }
      text.append(scalar)
    } else {
      text.append("\u{FFFD}")
    }
  }

  /// Calls `body` with the code points that a text represents, including lone surrogates.
  package static func forEachCodePoint(of text: some StringProtocol, _ body: (UInt32) -> Void) {
    var isMarked = false
    for scalar in text.unicodeScalars {
      if isMarked {
        isMarked = false
        let number = scalar.value &- first
        body(number <= 0x7FF ? surrogates.lowerBound + number : scalar.value)
      } else if scalar == mark {
        isMarked = true
      } else {
        body(scalar.value)
      }
    }
    // The text was cut here.
    if isMarked { body(mark.value) }
  }

  /// Returns the code points that a text represents.
  package static func codePoints(of text: some StringProtocol) -> [UInt32] {
    var found: [UInt32] = []
    forEachCodePoint(of: text) { found.append($0) }
    return found
  }
}

extension String {
  /// The text with its control characters, such as newlines, replaced by question marks.
  package var onOneLine: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}

/// Text of the process as a `String`, without loss: Python has lone surrogates in text, and Linux any bytes in names of
/// files, which are lone surrogates where Python reads them (PEP 383); a `String` has neither.
///
/// A lone surrogate stands in the `String` as two characters: a mark, and one of plane 16 for its number. The mark itself,
/// which is no character of Unicode, stands twice. Whatever writes text for somebody to read asks for its `codePoints`.
package enum ForeignText {
  private static let mark: Unicode.Scalar = "\u{10FFFF}"
  /// What stands for the surrogate U+D800; 2,048 numbers from it on stand for all of them.
  private static let first: UInt32 = 0x10_F000
  private static let surrogates: ClosedRange<UInt32> = 0xD800...0xDFFF

  /// The text of some code points. Numbers beyond Unicode become U+FFFD.
  package static func text(_ codePoints: some Sequence<UInt32>) -> String {
    var text = String.UnicodeScalarView()
    for codePoint in codePoints { append(codePoint, to: &text) }
    return String(text)
  }

  /// The text of some bytes: UTF-8, and a lone surrogate from U+DC80 on for each byte that is none.
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

  /// The bytes that a text was made from: the inverse of `text(utf8:)`.
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

  /// Calls `body` with the code points that a text stands for, lone surrogates among them.
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
    // A text that was cut here.
    if isMarked { body(mark.value) }
  }

  /// The code points that a text stands for.
  package static func codePoints(of text: some StringProtocol) -> [UInt32] {
    var found: [UInt32] = []
    forEachCodePoint(of: text) { found.append($0) }
    return found
  }
}

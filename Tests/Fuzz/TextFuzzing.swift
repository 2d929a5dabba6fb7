@testable import CPython
@testable import AnalysisShell
@testable import Presentation

/// What is typed, and what is written.
enum TextFuzzing {
  static func tokens(_ bytes: [UInt8]) {
    let line = String(decoding: bytes, as: UTF8.self)
    guard let words = try? Tokenizer.words(of: line) else { return }
    _ = try? Statement(words)
    let quoted = words.map(shellQuoted).joined(separator: " ")
    claim((try? Tokenizer.words(of: quoted)) == words, "quoted words are other words")
    if let word = words.first {
      _ = NameSuggestion.nearest(to: word, among: ["count-by-type", "repr", word, ""])
    }
    _ = AddressList(argument: line)
    _ = PointerArgument(argument: line)
    _ = ByteLimit(argument: line)
  }

  /// By scalars, as the tokenizer reads: a quote and an accent after it are one character.
  private static func shellQuoted(_ word: String) -> String {
    var quoted = "'"
    for scalar in word.unicodeScalars {
      quoted.unicodeScalars.append(contentsOf: scalar == "'" ? Array("'\\''".unicodeScalars) : [scalar])
    }
    return quoted + "'"
  }

  static func text(_ bytes: [UInt8]) {
    check(PythonText.escaped(String(decoding: bytes, as: UTF8.self)))
    check(PythonText.quoted(bytes))
    let points = bytes.indices.map { index in
      (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[(index + $1) % bytes.count]) }
        & (index % 2 == 0 ? 0x1F_FFFF : .max)
    }
    check(PythonText.quoted(points))
    check(JSONText.quoted(String(decoding: bytes, as: UTF8.self)))
  }

  /// Checks that nothing is written that a terminal obeys: the only control characters are line breaks between entries.
  static func check(_ text: String) {
    let controls = text.unicodeScalars.first {
      $0.properties.generalCategory == .control && $0 != "\n"
        || (0x202A...0x202E).contains($0.value)
    }
    claim(controls == nil, "a control character is written: \(controls?.value ?? 0)")
  }
}

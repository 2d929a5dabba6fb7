/// Splits a line into words as a POSIX shell does, without expanding anything.
enum Tokenizer {
  /// The words of `line`, separated by blanks, without quotes and backslashes.
  ///
  /// - Throws: `Failure.usage` if a quote is not closed.
  static func words(of line: String) throws(Failure) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Unicode.Scalar?
    // By scalars: as a `Character`, a quote followed by a combining accent would not be a quote.
    var characters = line.unicodeScalars[...]
    while let character = characters.popFirst() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if character == "\\", open == "\"", let next = characters.first, "\"\\$`".unicodeScalars.contains(next) {
          word = (word ?? "") + String(next)
          characters.removeFirst()
        } else {
          word = (word ?? "") + String(character)
        }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == "\\" {
        guard let next = characters.popFirst() else { throw .usage("nothing follows the backslash at the end") }
        word = (word ?? "") + String(next)
      } else if character.properties.isWhitespace {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let quote { throw .usage("unclosed quote: expected another \(quote) before the end of the line") }
    if let word { words.append(word) }
    return words
  }
}

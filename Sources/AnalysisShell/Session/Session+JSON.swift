import Presentation

// Every answer in JSON is one object. Its last key, `warnings`, has what the text form writes to standard error beside
// the answer: a reader of JSON reads nothing else.
extension Session {
  /// Writes an answer.
  ///
  /// - Parameter notes: what restricts this very answer; the warnings about the dump follow them.
  func writeJSON(_ answer: some Encodable, notes: [String] = [], to output: CommandOutput) throws {
    try output.writeLine(try JSONText().text(of: answer).dropLast() + jsonEnding(notes: notes))
  }

  /// The end of an answer that is written piece by piece: its last key, and the bracket.
  func jsonEnding(notes: [String] = []) throws -> String {
    ",\"warnings\":\(try JSONText().text(of: notes + warnings))}"
  }
}

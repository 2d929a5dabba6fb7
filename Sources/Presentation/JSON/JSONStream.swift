/// JSON that is written piece by piece, for answers of any length.
///
/// It writes the brackets, keys and commas; each element of a list of lines begins a line. Its caller writes the members of
/// an object in the alphabetical order of their keys, as `JSONText` does.
package struct JSONStream {
  private var text = ""
  private var isFirst = true
  private let output: (any AnswerOutput)?
  private let encoder = JSONText()

  /// The number of bytes that are collected before they are written.
  private static let pieceSize = 32 << 10

  /// Creates a stream to an output. Without one, `taken()` returns the JSON.
  package init(to output: (any AnswerOutput)? = nil) {
    self.output = output
  }

  /// Returns what has not been written yet.
  package mutating func taken() -> String {
    defer { text = "" }
    return text
  }

  /// Writes out all that was collected.
  package mutating func flush() throws(OutputProblem) {
    guard let output, !text.isEmpty else { return }
    try output.write(taken())
  }

  /// Writes out what was collected if it is long. A caller that writes many elements calls it after each.
  package mutating func flushIfLong() throws(OutputProblem) {
    if text.utf8.count >= Self.pieceSize { try flush() }
  }

  /// Writes an object, whose members `body` writes, as a value of its own or as an element of a list.
  package mutating func object(onLine: Bool = false, _ body: (inout JSONStream) throws -> Void) rethrows {
    beginElement(onLine: onLine)
    text += "{"
    isFirst = true
    try body(&self)
    text += "}"
    isFirst = false
  }

  /// Writes an element of a list.
  package mutating func element(onLine: Bool = false, _ value: some Encodable) throws {
    beginElement(onLine: onLine)
    text += try encoder.text(of: value)
  }

  /// Writes elements of a list that another stream has written.
  package mutating func elements(written: String) {
    guard !written.isEmpty else { return }
    beginElement(onLine: false)
    text += written
  }

  private mutating func beginElement(onLine: Bool) {
    if !isFirst { text += "," }
    isFirst = false
    if onLine { text += "\n" }
  }

  private mutating func begin(_ key: String) {
    beginElement(onLine: false)
    text += "\""
    text += key
    text += "\":"
  }

  /// Writes a member.
  package mutating func member(_ key: String, _ value: some Encodable) throws {
    begin(key)
    text += try encoder.text(of: value)
  }

  /// Writes a member that is a number.
  package mutating func member(_ key: String, _ value: Int) {
    begin(key)
    text += String(value)
  }

  /// Writes a member that is a text.
  package mutating func member(_ key: String, _ value: String) {
    begin(key)
    text += JSONText.quoted(value)
  }

  /// Writes a member whose value was written before.
  package mutating func member(_ key: String, written value: String) {
    begin(key)
    text += value
  }

  /// Writes a member that is a list, whose elements `body` writes.
  package mutating func list(_ key: String, _ body: (inout JSONStream) throws -> Void) rethrows {
    begin(key)
    text += "["
    isFirst = true
    try body(&self)
    text += "]"
    isFirst = false
  }

  /// Writes the members of an object.
  package mutating func members(of object: some Encodable) throws {
    let members = try encoder.text(of: object).dropFirst().dropLast()
    guard !members.isEmpty else { return }
    beginElement(onLine: false)
    text += members
  }
}

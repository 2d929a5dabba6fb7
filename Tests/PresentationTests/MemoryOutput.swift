import Presentation

/// An output in memory, which fails once it holds `capacity` bytes.
final class MemoryOutput: AnswerOutput {
  private(set) var text = ""
  private(set) var notes: [String] = []
  private let capacity: Int

  init(capacity: Int = .max) {
    self.capacity = capacity
  }

  func write(_ text: String) throws(OutputProblem) {
    guard self.text.utf8.count + text.utf8.count <= capacity else { throw OutputProblem(code: 28) }
    self.text += text
  }

  func note(_ line: String) throws(OutputProblem) { notes.append(line) }
}

/// A report as it is written.
struct Written {
  /// The lines of the text, and those about the answer.
  let lines: [String]
  let notes: [String]
  /// The answer in JSON.
  let json: String

  init(_ report: some Report) throws {
    let output = MemoryOutput()
    try report.writeText(to: output)
    lines = output.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    notes = output.notes
    json = try Self.json(of: report)
  }

  /// The answer of a report that has no text.
  static func json(of report: some JSONReport) throws -> String {
    let output = MemoryOutput()
    var json = JSONStream(to: output)
    try json.object { try report.writeMembers(to: &$0) }
    try json.flush()
    return output.text
  }
}

/// A place that answers are written to.
package protocol AnswerOutput: AnyObject {
  /// Writes text, lines of it or a part of one. What a terminal would interpret is escaped.
  ///
  /// - Throws: `OutputProblem` if it cannot be written.
  func write(_ text: String) throws(OutputProblem)

  /// Writes a line that is about the answer, after all that was written before. It is not part of the answer.
  func note(_ line: String) throws(OutputProblem)
}

extension AnswerOutput {
  /// Writes text and ends the line.
  package func writeLine(_ text: String) throws(OutputProblem) {
    try write(text)
    try write("\n")
  }

  /// Writes lines.
  package func writeLines(_ lines: some Sequence<String>) throws(OutputProblem) {
    for line in lines { try writeLine(line) }
  }
}

/// The reason why nothing more can be written: an error number of the C library.
package struct OutputProblem: Error, Equatable {
  package let code: Int32

  package init(code: Int32) {
    self.code = code
  }
}

/// What an answer says, as a value that can be written as JSON.
package protocol JSONReport: Sendable {
  /// Writes the members of the answer in JSON, in the order of their keys. `warnings` follows them.
  func writeMembers(to json: inout JSONStream) throws
}

extension JSONReport where Self: Encodable {
  package func writeMembers(to json: inout JSONStream) throws {
    try json.members(of: self)
  }
}

/// What an answer says, as a value that can be written as JSON or as text.
package protocol Report: JSONReport {
  /// Writes the answer as text.
  func writeText(to output: any AnswerOutput) throws
}

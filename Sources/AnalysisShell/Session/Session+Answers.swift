import Presentation

// Every answer in JSON is one object. Its last key, `warnings`, has what the text form writes to standard error beside
// the answer: a reader of JSON reads nothing else.
extension Session {
  /// Writes an answer, as text or as JSON.
  ///
  /// - Parameter notes: what restricts this very answer; in JSON the warnings about the dump follow them.
  func write(_ report: some Report, json: Bool, notes: [String] = [], to output: CommandOutput) throws {
    if json { try writeJSON(report, notes: notes, to: output) } else { try report.writeText(to: output) }
  }

  /// Writes an answer in JSON.
  func writeJSON(_ report: some JSONReport, notes: [String] = [], to output: CommandOutput) throws {
    var json = JSONStream(to: output)
    try json.object { json in
      try report.writeMembers(to: &json)
      try json.member("warnings", notes + warnings)
    }
    try json.flush()
    try output.writeLine("")
  }
}

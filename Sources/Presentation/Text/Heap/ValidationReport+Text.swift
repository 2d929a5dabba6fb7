import CPython

extension ValidationReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    try output.writeLines((objects ?? []).map(\.line))
    for type in types ?? [] {
      try output.writeLine("type \(PythonText.escaped(type.name)): checked \(type.checked), invalid \(type.invalid)")
      for (reason, count) in type.reasons.sorted(by: { $0.key < $1.key }) { try output.writeLine("  \(reason): \(count)") }
      try output.writeLines(type.examples.map(\.line))
    }
    try output.writeLine("invalid objects: \(invalidObjects)")
  }
}

extension ValidationReport.ObjectRow {
  fileprivate var line: String {
    guard let type else { return reason ?? "no object at \(address)" }
    return "object \(address) type \(PythonText.escaped(type)): " + (reason.map { "invalid \($0)" } ?? "ok")
  }
}

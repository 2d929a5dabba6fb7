import CPython

extension TypesReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    try output.writeLines(types.map { "\(PythonText.escaped($0.name)) @ \($0.address)" })
  }
}

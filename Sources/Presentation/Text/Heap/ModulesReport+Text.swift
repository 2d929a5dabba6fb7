import CPython

extension ModulesReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    for row in modules {
      try output.writeLine(
        "module \(PythonText.escaped(row.name)) @ \(row.address) file \(row.file.map(PythonText.escaped) ?? "none") "
          + "dict \(row.dict ?? "none") (\(row.variables) variables, \(ByteCount(row.dictBytes)))")
    }
  }
}

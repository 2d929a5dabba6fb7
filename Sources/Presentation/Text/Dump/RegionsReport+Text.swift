import CPython

extension RegionsReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    for row in regions {
      let file = row.file.map(PythonText.escaped)
      let parts = ["\(row.start)-\(row.end)", row.permissions, "\(ByteCount(row.bytes))", file]
      try output.writeLine(parts.compactMap { $0 }.joined(separator: " "))
    }
    try output.writeLine("\(regions.count) regions, \(bytes) bytes (\(ByteCount(bytes)))")
  }
}

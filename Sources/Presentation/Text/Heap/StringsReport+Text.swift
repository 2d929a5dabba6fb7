extension StringsReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    try output.writeLines(matches.map(\.repr))
    try output.writeLine("Found \(objects) objects with \(bytes) data bytes overall (\(ByteCount(bytes)))")
    try output.writeLines(histogram.map { "Length <= \($0.maximum): \($0.count) objects" })
  }
}

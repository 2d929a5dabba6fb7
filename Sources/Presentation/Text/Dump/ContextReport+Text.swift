import MemoryImage

extension ContextReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    if let place { try output.writeLine(place) }
    try output.writeLines(HexDump.lines(of: bytes, at: range.start, marking: address))
  }
}

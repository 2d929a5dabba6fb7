import CPython

extension CountByTypeReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    for row in types {
      let size = "\(ByteCount(row.bytes))\(row.isSizeBasic == nil ? "" : " basic")"
      try output.writeLine("(\(row.count) objects, \(size)) \(PythonText.escaped(row.name)) @ \(row.address)")
    }
    for row in (droppedByType ?? []).reversed() {
      let reasons = DroppedCandidates.text(of: row.reasons)
      try output.writeLine("(\(row.count) dropped: \(reasons)) \(PythonText.escaped(row.name)) @ \(row.address)")
    }
    if let dropped {
      let count = dropped.values.reduce(0, +)
      try output.writeLine("dropped candidates: \(count) (\(DroppedCandidates.text(of: dropped)))")
    }
    try output.writeLine("total: \(objects) objects of \(typeCount) types, \(bytes) bytes (\(ByteCount(bytes)))")
  }
}

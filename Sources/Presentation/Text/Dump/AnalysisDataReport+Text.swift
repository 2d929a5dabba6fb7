extension AnalysisDataReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    try output.writeLine("type object: \(typeObject)")
    try output.writeLine("Python version: \(pythonVersion) (\(versionSource))")
    try output.writeLine("layout: \(layout) from \(layoutSource)")
    try output.writeLine("debug offsets: \(debugOffsets ?? "none")")
    try output.writeLines(checks.map { "layout check \($0.name): \($0.passes ? "ok" : "FAILED")" })
    try output.writeLines(PythonEntry.lines(of: pythons))
    try output.writeLines(runtime?.details ?? ["runtime: not found"])
    try output.writeLine("types: \(types)")
    try output.writeLine("index: \(objects) objects, \(objectBytes) bytes (\(ByteCount(objectBytes)))")
  }
}

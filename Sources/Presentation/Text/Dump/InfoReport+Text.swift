import CPython

extension InfoReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    try output.writeLines(lines)
  }

  private var lines: [String] {
    ["path: \(PythonText.escaped(path))", "format: \(format)\(compression.map { ", compressed by \($0)" } ?? "")"]
      + (process?.lines ?? [])
      + ["platform: \(PythonText.escaped(platform ?? "not told by this format"))"]
      + [python.map { "Python version: \($0.pythonVersion)" } ?? "Python: \(PythonText.escaped(pythonProblem ?? ""))"]
      + ["regions: \(regions)", "bytes: \(bytes) (\(ByteCount(bytes)))"]
      + (python?.lines ?? [])
      + mappedFiles.map(\.line)
      + warnings.map { "warning: \(PythonText.escaped($0))" }
  }
}

extension PythonFacts {
  /// The facts in words, without the version.
  fileprivate var lines: [String] {
    let droppedCount = dropped.values.reduce(0, +)
    return [
      "types: \(types)", "objects: \(objects) (\(ByteCount(objectBytes)))",
      "dropped candidates: \(droppedCount) (\(DroppedCandidates.text(of: dropped)))",
      "layout: \(layoutChecks.passed) of \(layoutChecks.total) checks pass",
    ]
      + layoutChecks.failed.map { "layout check failed: \($0)" }
      + layoutChecks.doubtful.map { "not to be trusted: \($0)" }
      + PythonEntry.lines(of: pythons) + (runtime?.lines ?? ["runtime: not found"])
  }
}

import CPython
import HeapAnalysis

extension PathReport: Report {
  /// Writes for each path the expression or its root, and the objects on the way.
  package func writeText(to output: any AnswerOutput) throws {
    try output.writeLine(repr)
    if let absence { try output.writeLine("  \(absence)") }
    for path in paths {
      let inFrame = path.expressionInFrame.map { ": \($0)" } ?? ""
      try output.writeLine("  " + (path.expression ?? "\(path.root.kind): \(path.root.name)\(inFrame)"))
      for (index, step) in path.steps.enumerated() {
        if path.omitted > 0, index == RootPath.endCount { try output.writeLine("    ...<\(path.omitted) more>") }
        let certainty = step.kind == "probable" ? " (probable)" : ""
        try output.writeLine("    \(step.by)\(certainty): \(step.repr)")
      }
    }
  }
}

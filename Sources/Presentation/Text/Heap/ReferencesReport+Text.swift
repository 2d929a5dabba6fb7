import HeapAnalysis

extension ReferencesReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    let isAlone = objects.count == 1 && missing.isEmpty
    for object in objects {
      if !isAlone { try output.writeLine(texts.printer.text(of: object.target)) }
      try write(object, indentation: isAlone ? "" : "  ", to: output)
      try output.note("\(object.count) referrers found")
    }
  }

  /// Writes the referrers of one object, one on a line.
  private func write(_ object: ReferencesToObject, indentation: String, to output: any AnswerOutput) throws {
    for group in object.groups where group.count > 0 {
      try output.writeLine("\(indentation)\(group.kind):")
      for referrer in group.referrers {
        let names = texts.names(of: referrer).joined(separator: ", ")
        try output.writeLine("\(indentation)  \(texts.text(of: referrer)) \(names)")
      }
      let rest = group.count - group.referrers.count
      if rest > 0 { try output.writeLine("\(indentation)  ...<\(rest) more>") }
    }
  }
}

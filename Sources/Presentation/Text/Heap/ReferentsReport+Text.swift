import CPython
import HeapAnalysis
import MemoryImage

extension ReferentsReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    try forEachPiece { piece in
      piece.reduce(into: "") { $0 += text(of: $1) }
    } _: {
      try output.write($0)
    }
    try output.writeLines(missingListed.map { "no object begins at \($0)" })
  }

  private func text(of header: ObjectHeader) -> String {
    let (entries, count) = referents(of: header)
    var text = texts.printer.text(of: header.address) + "\n"
    for kind in ReferentKind.allCases {
      let group = entries.filter { $0.kind == kind }
      if !group.isEmpty { text += "  \(kind):\n" }
      for entry in group {
        text += "    \(texts.parts.text(of: entry.part, in: header)) \(texts.printer.text(of: entry.address))\n"
      }
    }
    if count > entries.count { text += "  ...<\(count - entries.count) more>\n" }
    return text
  }
}

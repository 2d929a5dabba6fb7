extension ThreadsReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    for row in threads { try output.writeLines(row.lines) }
    try output.note("\(threads.count) threads found")
  }
}

extension ThreadsReport.Row {
  fileprivate var lines: [String] {
    var lines = [thread.line]
    if let frame { lines.append("  in \(frame.place)") }
    if let raising { lines.append("  raising \(raising)") }
    lines += handling.map { "  handling \($0)" }
    if let registers {
      let shown = ["rip", "pc", "rsp", "sp"].compactMap { name in registers[name].map { "\(name)=\($0)" } }
      lines.append("  \(shown.joined(separator: " "))" + (futex.map { ", waits on futex \($0)" } ?? ""))
    }
    return lines
  }
}

extension FindReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    guard let addresses else { return try output.writeLine("\(count)") }
    try output.writeLines(addresses)
    let rest = count > addresses.count ? ", the first \(addresses.count) are shown" : ""
    try output.note("found \(count) times\(rest)")
  }
}

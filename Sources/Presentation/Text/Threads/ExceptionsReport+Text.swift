import CPython
import HeapAnalysis

extension ExceptionsReport: Report {
  /// The maximum number of those that look the same that are named.
  private static let namedLimit = 3

  package func writeText(to output: any AnswerOutput) throws {
    var formatter = formatter
    var groups: [(entry: ExceptionEntry, others: [String], count: Int)] = []
    var numbers: [ExceptionLook: Int] = [:]
    // The first of each group, for tracebacks that refer to one that is not written.
    var first: [String: String] = [:]
    for found in list.entries {
      var (entry, look) = formatter.entry(of: found)
      if let shared = entry.sharedTraceback?.exception { entry.sharedTraceback?.exception = first[shared] ?? shared }
      if !showsEach, let number = numbers[look] {
        first[entry.address] = groups[number].entry.address
        groups[number].count += 1
        if groups[number].others.count < Self.namedLimit { groups[number].others.append("\(entry.repr)@\(entry.address)") }
      } else {
        numbers[look] = groups.count
        groups.append((entry, [], 1))
      }
    }
    for group in groups.prefix(limit) {
      if group.count > 1 {
        try output.writeLine("\(group.count) exceptions that look the same, the first of them; also")
        for other in group.others { try output.writeLine("  \(other)") }
        let rest = group.count - 1 - group.others.count
        if rest > 0 { try output.writeLine("  ...<\(rest) more>") }
      }
      for line in group.entry.lines { try output.writeLine(line) }
    }
    let rest = groups.dropFirst(limit)
    if !rest.isEmpty { try output.writeLine("...<\(rest.reduce(0) { $0 + $1.count }) more exceptions, --max-results>") }
    for note in notes { try output.note(note) }
  }
}

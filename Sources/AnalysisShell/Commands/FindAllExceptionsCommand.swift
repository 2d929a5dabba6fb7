import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `find-all-exceptions`: every exception of the process, and where it is kept.
struct FindAllExceptionsCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-all-exceptions",
    abstract: "Lists all exceptions: in flight, handled, of tasks and futures, or kept anywhere, with their tracebacks.",
    discussion: """
      First come those that threads deal with, then those that tasks and futures ended with, then those in variables of \
      functions, then all others, each with where it is kept. Causes and contexts follow the exception they are of. Of a \
      traceback the most recent call comes first; what several have in common is printed once. Exceptions that look the \
      same but for what they say are one entry.
      """)

  @Flag(help: "Only those of threads: answers without a search.")
  var threadsOnly = false

  @Flag(help: "Print each of those that look the same.")
  var all = false

  @Option(help: "Print so many entries.")
  var maxResults: Int?

  @OptionGroup var answer: AnswerArguments

  /// The maximum number of those that look the same that are named.
  private static let namedLimit = 3

  var scope: AnswerScope { threadsOnly ? .runtime : [.runtime, .allMemory] }

  func validate() throws {
    if let maxResults, maxResults < 0 { throw ValidationError("--max-results must be 0 or more") }
  }

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let stacks = try session.threads().stacks(in: inferior)
    var notes: [String] = []
    var list = ExceptionList(stacks: stacks, chains: [], in: inferior)
    var places: HolderText?
    if !threadsOnly {
      let index = try session.index()
      let live = LiveExceptions(index: index, inferior: inferior, threadCount: session.threadCount)
      let chains = SuspendedList(index: index, inferior: inferior, threadCount: session.threadCount).chains
      list = ExceptionList(stacks: stacks, chains: chains, live: live, in: inferior)
      places = try self.places(of: list, in: session, notes: &notes)
    }
    var formatter = ExceptionFormatter(inferior, places: places)
    if answer.json {
      try writeJSON(list, &formatter, session, notes: notes, output: output)
    } else {
      try writeText(list, &formatter, output: output)
    }
    for note in notes where !answer.json { try output.note(note) }
    try output.note("\(list.entries.count) exceptions found")
  }

  /// Where all exceptions are kept; nil where that is not known, with a note that says why.
  private func places(of list: ExceptionList, in session: Session, notes: inout [String]) throws -> HolderText? {
    let (inferior, index) = (try session.inferior(), try session.index())
    let roots = ReferenceRoot.all(
      of: try session.python().runtime, index: index, in: inferior, threadCount: session.threadCount)
    do throws(ReferenceLimitExceeded) {
      let search = try HolderSearch(
        of: list.entries.map(\.exception.address), index: index, signatures: session.referenceSignatures(), roots: roots,
        inferior: inferior, threadCount: session.threadCount, isEnd: HolderText.isEnd)
      if search.leftOut > 0 { notes.append("of \(search.leftOut) objects it was not looked for who has them: too many") }
      return HolderText(search, modules: ModuleList(index: index, inferior: inferior), in: inferior)
    } catch {
      notes.append("where the exceptions are kept is not known: \(error)")
      return nil
    }
  }

  private func writeText(_ list: ExceptionList, _ formatter: inout ExceptionFormatter, output: CommandOutput) throws {
    var groups: [(entry: ExceptionEntry, others: [String], count: Int)] = []
    var numbers: [ExceptionLook: Int] = [:]
    // The first of each group, for tracebacks that refer to one that is not written.
    var first: [String: String] = [:]
    for found in list.entries {
      var (entry, look) = formatter.entry(of: found)
      if let shared = entry.sharedTraceback?.exception { entry.sharedTraceback?.exception = first[shared] ?? shared }
      if !all, let number = numbers[look] {
        first[entry.address] = groups[number].entry.address
        groups[number].count += 1
        if groups[number].others.count < Self.namedLimit { groups[number].others.append("\(entry.repr)@\(entry.address)") }
      } else {
        numbers[look] = groups.count
        groups.append((entry, [], 1))
      }
    }
    for group in groups.prefix(maxResults ?? .max) {
      if group.count > 1 {
        try output.writeLine("\(group.count) exceptions that look the same, the first of them; also")
        for other in group.others { try output.writeLine("  \(other)") }
        let rest = group.count - 1 - group.others.count
        if rest > 0 { try output.writeLine("  ...<\(rest) more>") }
      }
      for line in group.entry.lines { try output.writeLine(line) }
    }
    let rest = groups.dropFirst(maxResults ?? .max)
    if !rest.isEmpty { try output.writeLine("...<\(rest.reduce(0) { $0 + $1.count }) more exceptions, --max-results>") }
  }

  private func writeJSON(
    _ list: ExceptionList, _ formatter: inout ExceptionFormatter, _ session: Session, notes: [String], output: CommandOutput
  ) throws {
    let json = JSONText()
    try output.write("{\"count\":\(list.entries.count),\"exceptions\":[")
    for (number, found) in list.entries.prefix(maxResults ?? .max).enumerated() {
      try output.write((number > 0 ? ",\n" : "\n") + (try json.text(of: formatter.entry(of: found).entry)))
    }
    try output.writeLine("]" + (try session.jsonEnding(notes: notes)))
  }
}

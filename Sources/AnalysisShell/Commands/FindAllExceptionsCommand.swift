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
      let heap = try session.heap()
      let live = try LiveExceptions(in: heap)
      let chains = try SuspendedList(in: heap).chains
      list = ExceptionList(stacks: stacks, chains: chains, live: live, in: inferior)
      places = try self.places(of: list, in: session, notes: &notes)
    }
    let report = ExceptionsReport(
      list, places: places, showsEach: all, limit: maxResults, notes: notes, in: inferior)
    try session.write(report, json: answer.json, notes: notes, to: output)
    try output.note("\(report.count) exceptions found")
  }

  /// Where all exceptions are kept; nil where that is not known, with a note that says why.
  private func places(of list: ExceptionList, in session: Session, notes: inout [String]) throws -> HolderText? {
    let heap = try session.heap()
    let roots = try ReferenceRoot.all(of: try session.python().runtime, in: heap)
    do {
      let search = try HolderSearch(
        of: list.entries.map(\.exception.address), in: heap, signatures: session.referenceSignatures(), roots: roots,
        isEnd: HolderText.isEnd)
      if search.leftOut > 0 { notes.append("of \(search.leftOut) objects it was not looked for who has them: too many") }
      return HolderText(search, modules: ModuleList(in: heap), in: heap.inferior)
    } catch let error as ReferenceLimitExceeded {
      notes.append("where the exceptions are kept is not known: \(error)")
      return nil
    }
  }
}

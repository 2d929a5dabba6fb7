import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `count-by-type`: what fills the process.
struct CountByTypeCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "count-by-type", abstract: "Counts objects and their bytes by type, most last.",
    discussion: """
      Sizes are those of sys.getsizeof. Where a type says its size by code of its own (__sizeof__), as those of pandas do, \
      only the basic size is counted: "basic".
      """)

  @Option(help: "Sort by count, bytes or name.")
  var sort = CountByTypeReport.Order.count

  @Option(help: "Print so many types, those with the most; and so many of those with candidates dropped.")
  var maxResults: Int?

  @Flag(help: "Also tell how many candidates were found to be no objects, and why.")
  var dropped = false

  @OptionGroup var answer: AnswerArguments

  func validate() throws {
    if let maxResults, maxResults < 0 { throw ValidationError("--max-results must be 0 or more") }
  }

  func run(in session: Session, output: CommandOutput) throws {
    let index = try session.index()
    let inferior = try session.inferior()
    let excess = Self.excess(of: index, over: inferior.addressSpace.byteCount)
    if let excess { try output.note(excess) }
    let report = CountByTypeReport(
      index, in: inferior, order: sort, limit: maxResults, dropped: dropped ? DroppedCandidates(index, in: inferior) : nil)
    try session.write(report, json: answer.json, notes: excess.map { [$0] } ?? [], to: output)
  }

  /// A warning that the objects claim more than there can be; nil where they do not.
  private static func excess(of index: ObjectIndex, over memory: Int) -> String? {
    guard index.byteCount > memory else { return nil }
    return "the objects say that they take more than the \(ByteCount(memory)) of the dump: some of them are damaged, "
      + "or what they keep elsewhere is not in it"
  }
}

extension CountByTypeReport.Order: ExpressibleByArgument {}

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

  /// What the lines are sorted by.
  enum Order: String, ExpressibleByArgument, CaseIterable {
    case count, bytes, name
  }

  @Option(help: "Sort by count, bytes or name.")
  var sort = Order.count

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
    let areBasic = index.typesWithBasicSizes(in: inferior)
    var rows = index.typeTotals.map { total in
      let type = inferior.types.types[total.typeNumber]
      return Row(
        name: type.name, address: type.address.description, count: total.objectCount, bytes: total.byteCount,
        isSizeBasic: areBasic[total.typeNumber] ? true : nil)
    }
    rows.sort(by: isOrdered)
    if let maxResults { rows = sort == .name ? Array(rows.prefix(maxResults)) : rows.suffix(maxResults) }
    let excess = Self.excess(of: index, over: inferior.addressSpace.byteCount)
    if let excess { try output.note(excess) }
    let candidates = dropped ? DroppedCandidates(index, in: inferior) : nil
    if answer.json {
      let facts = Answer(
        objects: index.objectCount, bytes: index.byteCount, typeCount: index.typeTotals.count, types: rows,
        dropped: candidates?.reasons, droppedByType: candidates.map { Array($0.types.prefix(maxResults ?? .max)) })
      return try session.writeJSON(facts, notes: excess.map { [$0] } ?? [], to: output)
    }
    for row in rows {
      let size = "\(ByteCount(row.bytes))\(row.isSizeBasic == nil ? "" : " basic")"
      try output.writeLine("(\(row.count) objects, \(size)) \(PythonText.escaped(row.name)) @ \(row.address)")
    }
    if let candidates {
      for row in candidates.types.prefix(maxResults ?? .max).reversed() {
        let reasons = DroppedCandidates.text(of: row.reasons)
        try output.writeLine("(\(row.count) dropped: \(reasons)) \(PythonText.escaped(row.name)) @ \(row.address)")
      }
      try output.writeLine("dropped candidates: \(candidates.count) (\(DroppedCandidates.text(of: candidates.reasons)))")
    }
    try output.writeLine(
      "total: \(index.objectCount) objects of \(index.typeTotals.count) types, \(index.byteCount) bytes "
        + "(\(ByteCount(index.byteCount)))")
  }

  /// A warning that the objects claim more than there can be; nil where they do not.
  private static func excess(of index: ObjectIndex, over memory: Int) -> String? {
    guard index.byteCount > memory else { return nil }
    return "the objects say that they take more than the \(ByteCount(memory)) of the dump: some of them are damaged, "
      + "or what they keep elsewhere is not in it"
  }

  private func isOrdered(_ left: Row, _ right: Row) -> Bool {
    switch sort {
    case .count: (left.count, left.bytes, right.name) < (right.count, right.bytes, left.name)
    case .bytes: (left.bytes, left.count, right.name) < (right.bytes, right.count, left.name)
    case .name: (left.name, left.address) < (right.name, right.address)
    }
  }
}

extension CountByTypeCommand {
  private struct Answer: Encodable {
    let objects: Int
    let bytes: Int
    /// Of all types, however many are listed.
    let typeCount: Int
    let types: [Row]
    let dropped: [String: Int]?
    let droppedByType: [DroppedCandidates.TypeRow]?
  }

  private struct Row: Encodable {
    let name: String
    let address: String
    let count: Int
    let bytes: Int
    /// Present, and true, only where the type computes its size by code of its own, which is not known.
    let isSizeBasic: Bool?
  }
}

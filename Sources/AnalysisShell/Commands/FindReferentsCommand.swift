import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `find-referents`: what an object refers to.
struct FindReferentsCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-referents", abstract: "Lists the objects that the one at an address refers to, and how.",
    discussion: "They are told by how they are referred to: see 'help find-references'.")

  @Argument(help: "The object's address; several with commas between them.")
  var addresses: [AddressList] = []

  @Option(help: "Also the objects at the addresses in this file, one on each line; tells where there is none.")
  var addressesFrom: String?

  @Option(help: "Print so many referents of each object.")
  var maxResults: Int?

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { [] }

  func validate() throws {
    if let maxResults, maxResults < 0 { throw ValidationError("--max-results must be 0 or more") }
    if addresses.isEmpty && addressesFrom == nil { throw ValidationError("expected an address, found none") }
  }

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let index = try session.index()
    var asked = try AskedObjects(addresses.flatMap(\.addresses), in: session)
    let listed = try addressesFrom.map(AddressList.inFile) ?? []
    let headers = asked.headers + listed.compactMap { index.contains($0) ? inferior.object(at: $0) : nil }
    let missing = listed.filter { !index.contains($0) }
    asked.missing += missing
    let report = ReferentsReport(
      of: headers, missing: asked.missing, missingListed: missing, limit: maxResults,
      in: try session.heap())
    try session.write(report, json: answer.json, notes: asked.problems, to: output)
    try asked.complain(to: output)
  }
}

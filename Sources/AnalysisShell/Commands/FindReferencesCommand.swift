import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `find-references`: what refers to an object.
struct FindReferencesCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-references", abstract: "Finds the objects that refer to the one at an address, and how.",
    discussion: """
      They are told by how they refer: visited (as gc.get_referents of them says), held (a reference that the \
      collector is not told of), weak (it does not keep the object alive), probable (a word of an object of unknown \
      structure, or of a block of memory that such a word points at: +24->+8). Frames on a data stack hold their \
      variables: those of threads, those that a thread is leaving while a destructor runs, and those that are suspended, \
      as greenlets are.
      """)

  @Argument(help: "The object's address; several with commas between them.")
  var addresses: [AddressList]

  @Option(help: "Print so many referrers of each kind.")
  var maxResults: Int?

  @OptionGroup var answer: AnswerArguments

  func validate() throws {
    if let maxResults, maxResults < 0 { throw ValidationError("--max-results must be 0 or more") }
    if addresses.isEmpty { throw ValidationError("expected an address, found none") }
  }

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let asked = try AskedObjects(addresses.flatMap(\.addresses), in: session)
    let search = ReferenceSearch(for: asked.headers.map(\.address), limit: maxResults ?? .max)
    let heap = try session.heap()
    let roots = try ReferenceRoot.all(of: try session.python().runtime, in: heap)
    let found = try search.run(in: heap, signatures: session.referenceSignatures(), roots: roots)
    let report = ReferencesReport(found, missing: asked.missing, in: inferior)
    try session.write(report, json: answer.json, notes: asked.problems, to: output)
    try asked.complain(to: output)
  }
}

import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `find-all-objects`: the objects of a type, one by one.
struct FindAllObjectsCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-all-objects", abstract: "Prints all objects of a type, or of all types.")

  @Option(help: "The type's name, with or without its module.")
  var typeName: String?

  @Option(help: "The type object's address.")
  var typeAddr: AddressArgument?

  @Flag(help: "Only count them.")
  var count = false

  @Option(help: "Print so many objects.")
  var maxResults: Int?

  @Flag(help: "Leave out the objects' texts: address, type and size alone.")
  var noRepr = false

  @OptionGroup var printing: PrintingArguments
  @OptionGroup var answer: AnswerArguments

  func validate() throws {
    if let maxResults, maxResults < 0 { throw ValidationError("--max-results must be 0 or more") }
    if typeName != nil && typeAddr != nil { throw ValidationError("expected --type-name or --type-addr, found both") }
  }

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let report = ObjectListReport(
      try session.index(), ofTypes: try typeNumbers(in: session), limit: maxResults,
      printer: noRepr ? nil : ObjectPrinter(inferior, options: printing.options), in: inferior)
    if count {
      try session.write(ObjectCountReport(report.count), json: answer.json, to: output)
    } else {
      try session.write(report, json: answer.json, to: output)
    }
    try output.note("\(report.count) objects found")
  }

  private func typeNumbers(in session: Session) throws -> Set<Int>? {
    if let typeName { return try session.typeNumbers(named: typeName) }
    return try typeAddr.map { [try session.typeNumber(at: $0.address)] }
  }
}

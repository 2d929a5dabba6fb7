import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `validate-layouts`: whether the objects agree with their layouts.
struct ValidateLayoutsCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate-layouts", abstract: "Checks objects against the layouts of their types.")

  @Option(help: "Only types of these names, with commas between them.")
  var typeName: String?

  @Option(help: "Only the objects at these addresses, with commas between them.")
  var objectAddr: String?

  @OptionGroup var answer: AnswerArguments

  func validate() throws {
    if typeName != nil && objectAddr != nil {
      throw ValidationError("expected --type-name or --object-addr, found both")
    }
    for text in Self.parts(of: objectAddr) where Address(hexadecimal: text) == nil {
      throw ValidationError("expected addresses for --object-addr, found '\(text)'")
    }
  }

  func run(in session: Session, output: CommandOutput) throws {
    let report =
      if objectAddr != nil {
        try ValidationReport(objects: Self.parts(of: objectAddr).compactMap { Address(hexadecimal: $0) }, in: session)
      } else {
        try ValidationReport(types: typeNumbers(in: session), in: session)
      }
    if answer.json {
      try session.writeJSON(report, to: output)
    } else {
      for line in report.lines { try output.writeLine(line) }
    }
    if report.invalidObjects > 0 { throw Failure.reported }
  }

  private func typeNumbers(in session: Session) throws -> Set<Int>? {
    guard typeName != nil else { return nil }
    return try Self.parts(of: typeName).reduce(into: []) { $0.formUnion(try session.typeNumbers(named: $1)) }
  }

  private static func parts(of list: String?) -> [String] {
    (list ?? "").split(separator: ",").map(String.init)
  }
}

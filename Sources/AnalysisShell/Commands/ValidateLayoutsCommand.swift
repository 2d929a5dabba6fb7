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
    let report = try objectAddr != nil ? reportOnObjects(in: session) : reportOnTypes(in: session)
    try session.write(report, json: answer.json, to: output)
    if report.invalidObjects > 0 { throw Failure.reported }
  }

  private func reportOnTypes(in session: Session) throws -> ValidationReport {
    let (inferior, numbers) = (try session.inferior(), try typeNumbers(in: session))
    let result = try LayoutValidation.run(typeNumbers: numbers, in: try session.heap())
    return ValidationReport(result, of: numbers, in: inferior)
  }

  private func reportOnObjects(in session: Session) throws -> ValidationReport {
    let inferior = try session.inferior()
    let addresses = Self.parts(of: objectAddr).compactMap { Address(hexadecimal: $0) }
    return ValidationReport(
      objects: try addresses.map { address in
        do {
          let header = try session.object(at: address)
          return .init(
            address: address.description, type: inferior.types.types[Int(header.type.number)].name,
            reason: LayoutValidation.reason(of: address, inferior: inferior)?.description)
        } catch Failure.problem(let problem) where addresses.count > 1 {
          return .init(address: address.description, type: nil, reason: problem)
        }
      })
  }

  private func typeNumbers(in session: Session) throws -> Set<Int>? {
    guard typeName != nil else { return nil }
    return try Self.parts(of: typeName).reduce(into: []) { $0.formUnion(try session.typeNumbers(named: $1)) }
  }

  private static func parts(of list: String?) -> [String] {
    (list ?? "").split(separator: ",").map(String.init)
  }
}

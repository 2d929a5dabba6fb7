import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `show-analysis-data`: what the analysis is based on.
struct ShowAnalysisDataCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "show-analysis-data", abstract: "Tells what was found out about the process, and how.")

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { [] }

  func run(in session: Session, output: CommandOutput) throws {
    let python = try session.python()
    let index = try session.index()
    let facts = Facts(
      typeObject: python.typeObject.description, pythonVersion: python.inferior.version.description,
      versionSource: versionSource(python, session), layout: python.inferior.layout.version.description,
      layoutSource: python.usesDebugOffsets ? "table and debug offsets" : "table",
      debugOffsets: python.debugOffsets?.address.description,
      checks: python.calibration.checks.map { Check(name: $0.name, passes: $0.passes, subject: $0.subject.rawValue) },
      pythons: python.pythons.map { PythonEntry($0) }, runtime: python.runtime.map { RuntimeFacts($0) },
      types: python.inferior.types.types.count, objects: index.objectCount, objectBytes: index.byteCount)
    if answer.json { return try session.writeJSON(facts, to: output) }
    try output.writeLine("type object: \(facts.typeObject)")
    try output.writeLine("Python version: \(facts.pythonVersion) (\(facts.versionSource))")
    try output.writeLine("layout: \(facts.layout) from \(facts.layoutSource)")
    try output.writeLine("debug offsets: \(facts.debugOffsets ?? "none")")
    for check in facts.checks { try output.writeLine("layout check \(check.name): \(check.passes ? "ok" : "FAILED")") }
    for line in PythonEntry.lines(of: facts.pythons) { try output.writeLine(line) }
    for line in facts.runtime?.details ?? ["runtime: not found"] { try output.writeLine(line) }
    try output.writeLine("types: \(facts.types)")
    try output.writeLine("index: \(facts.objects) objects, \(facts.objectBytes) bytes (\(ByteCount(facts.objectBytes)))")
  }

  private func versionSource(_ python: OpenedInferior, _ session: Session) -> String {
    if session.versions.explicit != nil { return "given by the user" }
    if python.debugOffsets != nil { return "found in the debug offsets" }
    if python.inferior.version.micro != nil { return "found in the text of sys.version" }
    return session.versions.fallback != nil ? "default of this build" : "found by calibration"
  }
}

extension ShowAnalysisDataCommand {
  private struct Facts: Encodable {
    let typeObject: String
    let pythonVersion: String
    let versionSource: String
    let layout: String
    let layoutSource: String
    let debugOffsets: String?
    let checks: [Check]
    let pythons: [PythonEntry]
    let runtime: RuntimeFacts?
    let types: Int
    let objects: Int
    let objectBytes: Int
  }

  private struct Check: Encodable {
    let name: String
    let passes: Bool
    let subject: String
  }
}

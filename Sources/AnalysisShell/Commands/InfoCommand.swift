import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation
import SnapshotFormats

/// `info`: where the dump comes from and what is in it.
struct InfoCommand: AnalysisCommand {
  static let share = DumpShare.whole
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Tells where the dump comes from and what is in it.")

  @OptionGroup var answer: AnswerArguments

  func run(in session: Session, output: CommandOutput) throws {
    let python = try session.python()
    let index = try session.index()
    let candidates = DroppedCandidates(index, in: python.inferior)
    let snapshot = session.snapshot
    let facts = Facts(
      path: snapshot.source, format: snapshot.format.description, compressed: snapshot.isCompressed,
      compression: snapshot.compression?.rawValue, process: ProcessReport(snapshot.process),
      mappedFiles: snapshot.files.map { MappedFileReport($0) }, platform: snapshot.machine,
      pythonVersion: python.inferior.version.description,
      regions: snapshot.memory.regions.count, bytes: snapshot.memory.byteCount,
      types: python.inferior.types.types.count, objects: index.objectCount, objectBytes: index.byteCount,
      dropped: candidates.reasons, layoutChecks: .init(python.calibration),
      runtime: python.runtime.map { RuntimeFacts($0) }, warnings: session.warnings)
    if answer.json { return output.writeLine(try JSONText().text(of: facts)) }
    output.writeLine("path: \(PythonText.escaped(facts.path))")
    output.writeLine("format: \(facts.format)\(facts.compression.map { ", compressed by \($0)" } ?? "")")
    for line in facts.process?.lines ?? [] { output.writeLine(line) }
    output.writeLine("platform: \(PythonText.escaped(facts.platform ?? "not told by this format"))")
    output.writeLine("Python version: \(facts.pythonVersion)")
    output.writeLine("regions: \(facts.regions)")
    output.writeLine("bytes: \(facts.bytes) (\(ByteCount(facts.bytes)))")
    output.writeLine("types: \(facts.types)")
    output.writeLine("objects: \(facts.objects) (\(ByteCount(facts.objectBytes)))")
    output.writeLine("dropped candidates: \(candidates.count) (\(DroppedCandidates.text(of: candidates.reasons)))")
    output.writeLine("layout: \(facts.layoutChecks.passed) of \(facts.layoutChecks.total) checks pass")
    for name in facts.layoutChecks.failed { output.writeLine("layout check failed: \(name)") }
    for subject in facts.layoutChecks.doubtful { output.writeLine("not to be trusted: \(subject)") }
    for line in facts.runtime?.lines ?? ["runtime: not found"] { output.writeLine(line) }
    for file in facts.mappedFiles { output.writeLine(file.line) }
    for warning in facts.warnings { output.writeLine("warning: \(PythonText.escaped(warning))") }
  }
}

extension InfoCommand {
  /// The answer in JSON.
  private struct Facts: Encodable {
    let path: String
    let format: String
    let compressed: Bool
    let compression: String?
    let process: ProcessReport?
    let mappedFiles: [MappedFileReport]
    let platform: String?
    let pythonVersion: String
    let regions: Int
    let bytes: Int
    let types: Int
    let objects: Int
    let objectBytes: Int
    let dropped: [String: Int]
    let layoutChecks: Checks
    let runtime: RuntimeFacts?
    let warnings: [String]
  }

  private struct Checks: Encodable {
    let passed: Int
    let total: Int
    let failed: [String]
    let doubtful: [String]

    init(_ calibration: Calibration) {
      passed = calibration.passedCount
      total = calibration.totalCount
      failed = calibration.failed
      doubtful = calibration.doubtful.map(\.rawValue)
    }
  }
}

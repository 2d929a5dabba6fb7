import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import NativeProcess
import Presentation
import SnapshotFormats

/// `info`: where the dump comes from and what is in it.
struct InfoCommand: AnalysisCommand {
  static let share = ReadScope.whole
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Tells where the dump comes from and what is in it.")

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { [] }

  func run(in session: Session, output: CommandOutput) throws {
    let (python, problem) = try python(in: session)
    let snapshot = session.snapshot
    let facts = Facts(
      path: snapshot.source, format: snapshot.format.description, compressed: snapshot.isCompressed,
      compression: snapshot.compression?.rawValue, process: ProcessReport(snapshot.process),
      mappedFiles: snapshot.files.map { MappedFileReport($0) }, platform: snapshot.machine,
      regions: snapshot.memory.regions.count, bytes: snapshot.memory.byteCount, python: python,
      pythonProblem: problem?.description, warnings: session.warnings)
    if answer.json {
      try session.writeJSON(facts, to: output)
    } else {
      for line in facts.lines { try output.writeLine(line) }
    }
    // What is known of the process has been written all the same.
    if let problem { throw problem }
  }

  /// The facts about the Python in the dump, or why there are none.
  private func python(in session: Session) throws -> (PythonFacts?, InferiorProblem?) {
    do {
      let python = try session.python()
      return (PythonFacts(python, index: try session.index()), nil)
    } catch let problem as InferiorProblem {
      return (nil, problem)
    }
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
    let regions: Int
    let bytes: Int
    let python: PythonFacts?
    let pythonProblem: String?
    /// In JSON they are the last key of every answer.
    let warnings: [String]

    private enum CodingKeys: CodingKey {
      case path, format, compressed, compression, process, mappedFiles, platform, regions, bytes, pythonProblem
    }

    /// Puts the facts about Python beside the rest.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(path, forKey: .path)
      try container.encode(format, forKey: .format)
      try container.encode(compressed, forKey: .compressed)
      try container.encodeIfPresent(compression, forKey: .compression)
      try container.encodeIfPresent(process, forKey: .process)
      try container.encode(mappedFiles, forKey: .mappedFiles)
      try container.encodeIfPresent(platform, forKey: .platform)
      try container.encode(regions, forKey: .regions)
      try container.encode(bytes, forKey: .bytes)
      try container.encodeIfPresent(pythonProblem, forKey: .pythonProblem)
      try python?.encode(to: encoder)
    }

    /// The same in words.
    var lines: [String] {
      ["path: \(PythonText.escaped(path))", "format: \(format)\(compression.map { ", compressed by \($0)" } ?? "")"]
        + (process?.lines ?? [])
        + ["platform: \(PythonText.escaped(platform ?? "not told by this format"))"]
        + [python.map { "Python version: \($0.pythonVersion)" } ?? "Python: \(PythonText.escaped(pythonProblem ?? ""))"]
        + ["regions: \(regions)", "bytes: \(bytes) (\(ByteCount(bytes)))"]
        + (python?.lines ?? [])
        + mappedFiles.map(\.line)
        + warnings.map { "warning: \(PythonText.escaped($0))" }
    }
  }

  /// The facts about the Python in the dump.
  private struct PythonFacts: Encodable {
    let pythonVersion: String
    let types: Int
    let objects: Int
    let objectBytes: Int
    let dropped: [String: Int]
    let layoutChecks: Checks
    let pythons: [PythonEntry]
    let runtime: RuntimeFacts?

    init(_ python: OpenedInferior, index: ObjectIndex) {
      pythons = python.pythons.map { PythonEntry($0) }
      pythonVersion = python.inferior.version.description
      types = python.inferior.types.types.count
      objects = index.objectCount
      objectBytes = index.byteCount
      dropped = DroppedCandidates(index, in: python.inferior).reasons
      layoutChecks = Checks(python.calibration)
      runtime = python.runtime.map { RuntimeFacts($0) }
    }

    /// The same in words, without the version.
    var lines: [String] {
      let droppedCount = dropped.values.reduce(0, +)
      return [
        "types: \(types)", "objects: \(objects) (\(ByteCount(objectBytes)))",
        "dropped candidates: \(droppedCount) (\(DroppedCandidates.text(of: dropped)))",
        "layout: \(layoutChecks.passed) of \(layoutChecks.total) checks pass",
      ]
        + layoutChecks.failed.map { "layout check failed: \($0)" }
        + layoutChecks.doubtful.map { "not to be trusted: \($0)" }
        + PythonEntry.lines(of: pythons) + (runtime?.lines ?? ["runtime: not found"])
    }
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

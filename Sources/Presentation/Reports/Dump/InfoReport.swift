package import CPython
package import HeapAnalysis
import MemoryImage
import NativeProcess
package import SnapshotFormats

/// What `info` reports.
package struct InfoReport: Encodable, Sendable {
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

  /// - Parameters:
  ///   - python: the Python in the dump and its objects; nil if there is none.
  ///   - problem: why there is none.
  package init(
    _ snapshot: Snapshot, python: (opened: OpenedInferior, index: ObjectIndex)?, problem: InferiorProblem?,
    warnings: [String]
  ) {
    path = snapshot.source
    format = snapshot.format.description
    compressed = snapshot.isCompressed
    compression = snapshot.compression?.rawValue
    process = ProcessReport(snapshot.process)
    mappedFiles = snapshot.files.map { MappedFileReport($0) }
    platform = snapshot.machine
    regions = snapshot.memory.regions.count
    bytes = snapshot.memory.byteCount
    self.python = python.map { PythonFacts($0.opened, index: $0.index) }
    pythonProblem = problem?.description
    self.warnings = warnings
  }

  private enum CodingKeys: CodingKey {
    case path, format, compressed, compression, process, mappedFiles, platform, regions, bytes, pythonProblem
  }

  /// Puts the facts about Python beside the rest.
  package func encode(to encoder: any Encoder) throws {
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
}

/// The facts about the Python in the dump.
struct PythonFacts: Encodable, Sendable {
  let pythonVersion: String
  let types: Int
  let objects: Int
  let objectBytes: Int
  let dropped: [String: Int]
  let layoutChecks: LayoutChecks
  let pythons: [PythonEntry]
  let runtime: RuntimeFacts?

  init(_ python: OpenedInferior, index: ObjectIndex) {
    pythons = python.pythons.map { PythonEntry($0) }
    pythonVersion = python.inferior.version.description
    types = python.inferior.types.types.count
    objects = index.objectCount
    objectBytes = index.byteCount
    dropped = DroppedCandidates(index, in: python.inferior).reasons
    layoutChecks = LayoutChecks(python.calibration)
    runtime = python.runtime.map { RuntimeFacts($0) }
  }
}

/// The checks of the layout, by their results.
struct LayoutChecks: Encodable, Sendable {
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

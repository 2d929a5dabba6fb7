package import CPython
package import HeapAnalysis
import MemoryImage

/// What `show-analysis-data` reports.
package struct AnalysisDataReport: Encodable, Sendable {
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

  /// A check of the layout.
  struct Check: Encodable, Sendable {
    let name: String
    let passes: Bool
    let subject: String
  }

  /// - Parameter versionSource: how the version was found.
  package init(_ python: OpenedInferior, _ index: ObjectIndex, versionSource: String) {
    typeObject = python.typeObject.description
    pythonVersion = python.inferior.version.description
    self.versionSource = versionSource
    layout = python.inferior.layout.exactVersion.description
    layoutSource = python.usesDebugOffsets ? "table and debug offsets" : "table"
    debugOffsets = python.debugOffsets?.address.description
    checks = python.calibration.checks.map { Check(name: $0.name, passes: $0.passes, subject: $0.subject.rawValue) }
    pythons = python.pythons.map { PythonEntry($0) }
    runtime = python.runtime.map { RuntimeFacts($0) }
    types = python.inferior.types.types.count
    objects = index.objectCount
    objectBytes = index.byteCount
  }
}

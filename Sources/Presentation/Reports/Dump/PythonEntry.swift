package import CPython
import MemoryImage

/// One of the Pythons of a process, as `info` and `show-analysis-data` list them.
package struct PythonEntry: Encodable, Sendable {
  /// The value for `--runtime`.
  package let number: Int
  package let version: String?
  package let typeObject: String
  package let isExamined: Bool

  package init(_ summary: PythonSummary) {
    number = summary.number
    version = summary.version?.description
    typeObject = summary.typeObject.description
    isExamined = summary.isExamined
  }

  /// The list in words; empty if there is only one.
  package static func lines(of entries: [PythonEntry]) -> [String] {
    guard entries.count > 1 else { return [] }
    return entries.map {
      "Python \($0.number): \($0.version ?? "unknown version"), type at \($0.typeObject)\($0.isExamined ? ", this one" : "")"
    }
  }
}

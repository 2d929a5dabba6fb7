package import CPython
package import HeapAnalysis
import MemoryImage

/// What `aggregate-strings` reports.
package struct StringsReport: Encodable, Sendable {
  let objects: Int
  let bytes: Int
  let histogram: [Step]
  let matches: [ObjectEntry]

  /// The number of strings up to a length.
  struct Step: Encodable, Sendable {
    let maximum: Int
    let count: Int
  }

  package init(_ statistics: StringStatistics, printer: ObjectPrinter, in inferior: Inferior) {
    var sizes = TypeSizes(inferior)
    objects = statistics.objectCount
    bytes = statistics.byteCount
    histogram = statistics.histogram.map { Step(maximum: $0.maximum, count: $0.count) }
    matches = statistics.matches.map {
      ObjectEntry($0, text: printer.text(of: $0.address), sizes: &sizes, in: inferior)
    }
  }
}

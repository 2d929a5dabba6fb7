import MemoryImage

/// The result of a capture.
package struct CaptureSummary: Equatable, Sendable {
  /// The number of regions, each of which is a file in a directory.
  package internal(set) var regionCount = 0
  /// The number of bytes of all regions.
  package internal(set) var byteCount = 0
  /// The number of bytes that were never touched: they are zero, and take no room in a file.
  package internal(set) var untouchedByteCount = 0
  /// The size of the finished dump in bytes, after any compression.
  package internal(set) var writtenByteCount = 0
  /// The number of unreadable stretches inside readable mappings.
  package internal(set) var holeCount = 0
  /// The number of bytes of those stretches.
  package internal(set) var holeByteCount = 0
  /// The number of threads that were stopped.
  package internal(set) var threadCount = 0
  /// The time for which the process was stopped.
  package internal(set) var pause = Duration.zero
  /// Problems that occurred, one line each.
  package internal(set) var warnings: [String] = []
}

extension CaptureSummary {
  /// Records the outputs of killed dumpers that were removed from the output's directory.
  mutating func add(removed names: [String]) {
    warnings += names.map { "\($0.onOneLine): removed, a dumper that was killed had left it in the same directory" }
  }
}

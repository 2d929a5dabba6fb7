/// What a capture has written.
package struct CaptureSummary: Equatable, Sendable {
  /// The number of regions, each a file.
  package internal(set) var regionCount = 0
  /// The bytes of all regions.
  package internal(set) var byteCount = 0
  /// The bytes among them that nobody ever touched: they are zero, and take no room in a file.
  package internal(set) var untouchedByteCount = 0
  /// The bytes of the finished dump, compressed if it is.
  package internal(set) var writtenByteCount = 0
  /// The number of unreadable stretches inside readable mappings.
  package internal(set) var holeCount = 0
  /// The bytes of those stretches.
  package internal(set) var holeByteCount = 0
  /// The number of threads that were stopped.
  package internal(set) var threadCount = 0
  /// How long the process stood still.
  package internal(set) var pause = Duration.zero
  /// What did not go as it should, one line each.
  package internal(set) var warnings: [String] = []
}

extension CaptureSummary {
  /// Notes what dumpers that were killed had left in the output's directory.
  mutating func add(removed names: [String]) {
    warnings += names.map { "\($0.onOneLine): removed, a dumper that was killed had left it in the same directory" }
  }
}

package import MemoryImage

/// What is left of a process: its memory, and what the dump says about it. It has never heard of Python.
package struct Snapshot: Sendable {
  /// The memory that the dump holds.
  package let memory: AddressSpace
  /// The path the dump was opened by, as the user wrote it.
  package let source: String
  /// The form the dump is in.
  package let format: SnapshotFormat
  /// Whether the dump had to be inflated.
  package let isCompressed: Bool
  /// What is missing or odd, one line each, in the style of an error message.
  package let warnings: [String]
  /// The files that the process had mapped, by address; empty where the format does not name them.
  package let mappedFiles: [MappedFile]
  /// The processor's architecture as `uname -m` calls it, where the format tells.
  package let machine: String?
  /// The threads with their registers; empty where the format does not tell.
  package let threads: [NativeThread]
}

extension Snapshot {
  /// The most warnings that a snapshot lists one by one.
  static let warningLimit = 20

  init(contents: SnapshotContents, source: String, format: SnapshotFormat, isCompressed: Bool) {
    memory = AddressSpace(regions: contents.regions)
    self.source = source
    self.format = format
    self.isCompressed = isCompressed
    mappedFiles = contents.mappedFiles
    machine = contents.machine
    threads = contents.threads
    var warnings = contents.warnings
    if memory.overlappingRegionCount > 0 {
      let count = memory.overlappingRegionCount
      warnings.append("\(source.onOneLine): \(count) regions overlap others, the one that begins lower was used")
    }
    if warnings.count > Self.warningLimit {
      let rest = warnings.count - Self.warningLimit
      warnings.removeLast(rest)
      warnings.append("\(source.onOneLine): \(rest) more warnings like these")
    }
    self.warnings = warnings
  }
}

/// What a reader of one format has found.
struct SnapshotContents {
  /// The regions, in any order.
  var regions: [MemoryRegion] = []
  /// What is missing or odd, one line each.
  var warnings: [String] = []
  /// The files that the process had mapped.
  var mappedFiles: [MappedFile] = []
  /// The processor's architecture.
  var machine: String?
  /// The threads with their registers.
  var threads: [NativeThread] = []
}

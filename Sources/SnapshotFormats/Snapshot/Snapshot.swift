package import MemoryImage

/// What is left of a process: its memory, and what the dump says about it. It has never heard of Python.
package struct Snapshot: Sendable {
  /// The memory that the dump holds.
  package let memory: AddressSpace
  /// The path the dump was opened by, as the user wrote it.
  package let source: String
  /// The form the dump is in.
  package let format: SnapshotFormat
  /// How the dump was compressed; nil if it was not.
  package let compression: CompressionFormat?
  /// What is missing or odd, one line each, in the style of an error message.
  package let warnings: [String]
  /// The files that the process had mapped, by address; empty where the format does not name them.
  package let mappedFiles: [MappedFile]
  /// The same files, each once, with what is known of it.
  package let files: [MappedFileFacts]
  /// What the dump tells of the process itself.
  package let process: ProcessFacts
  /// The processor's architecture as `uname -m` calls it, where the format tells.
  package let machine: String?
  /// What is inflated when it is read first.
  private let demanded: [DemandedBlocks]
  /// Whether blocks were found to be broken at opening.
  private let lacksBlocks: Bool
  private let names: MappedFileTable

  /// A line for each file of this machine that gave bytes: what an index of the dump depends on beside the dump itself.
  package var sourceIdentities: [String] {
    files.compactMap { file in
      file.sourceIdentity.map { "\(file.path)\n\($0) \(file.takenByteCount) \(file.restoredByteCount)" }
    }
  }

  /// What the dump should have and has not, in ascending order and apart.
  package let absent: [AbsentMemory]

  /// Whether the dump says what it should have, as a manifest and a core's headers do.
  package let saysWhatItShouldHave: Bool

  /// Whether the dump had to be inflated.
  package var isCompressed: Bool { compression != nil }
  /// What was found out since the dump was opened, one line each: blocks that are broken.
  package var laterWarnings: [String] { demanded.flatMap(\.warnings) }

  /// Whether compressed blocks are known to be broken, of which every answer has to tell: see `SnapshotOptions.onDemand`.
  package var hasBrokenBlocks: Bool { lacksBlocks || !laterWarnings.isEmpty }

  /// Inflates what is not yet, on all cores: for whoever is about to read everything.
  package func inflateAll(threadCount: Int, progress: (@Sendable (Int, Int?) -> Void)? = nil) {
    for blocks in demanded { blocks.makeAll(threadCount: threadCount, progress: progress) }
  }

  /// The file that was mapped at an address, or the kernel's name, where the dump tells.
  package func name(at address: Address) -> String? { names.path(containing: address) }

  /// The threads with their registers; empty where the dump does not tell.
  package var threads: [NativeThread] { process.threads.compactMap(\.native) }
}

extension Snapshot {
  /// The most warnings that a snapshot lists one by one.
  static let warningLimit = 20

  init(contents: SnapshotContents, source: String, format: SnapshotFormat) {
    memory = AddressSpace(regions: contents.regions)
    self.source = source
    self.format = format
    compression = contents.compression
    mappedFiles = contents.mappedFiles
    files = contents.files
    process = contents.process
    machine = contents.machine
    demanded = contents.demanded
    lacksBlocks = contents.lacksBlocks
    absent = contents.absent
    saysWhatItShouldHave = contents.isListed
    names = MappedFileTable(contents.mappedFiles + contents.promisedNames)
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
  /// How it was compressed.
  var compression: CompressionFormat?
  /// The files that the process had mapped.
  var mappedFiles: [MappedFile] = []
  /// What is known of each.
  var files: [MappedFileFacts] = []
  /// What is known of the process.
  var process = ProcessFacts()
  /// The processor's architecture.
  var machine: String?
  /// What is inflated when it is read first.
  var demanded: [DemandedBlocks] = []
  /// Whether compressed blocks are broken.
  var lacksBlocks = false
  /// What the dump should have, in any order: what of it is not among the regions is missing.
  var promised: [AddressRange] = []
  /// Whether that is all that it should have.
  var isListed = false
  /// The files that were mapped there, where only this is known of them.
  var promisedNames: [MappedFile] = []
}

package import MemoryImage
package import NativeProcess

/// A dump of a process: its memory, and the dump's information about it. It knows nothing of Python.
package struct Snapshot: Sendable {
  /// The memory that the dump holds.
  package let memory: AddressSpace
  /// The path by which the dump was opened, as the user wrote it.
  package let source: String
  /// The format of the dump.
  package let format: SnapshotFormat
  /// The compression of the dump; nil if it was not compressed.
  package let compression: CompressionFormat?
  /// Missing or unexpected things, one line each, in the style of an error message.
  package let warnings: [String]
  /// The files that the process had mapped, by address; empty if the format does not name them.
  package let mappedFiles: [MappedFile]
  /// The same files, each once, with the information about it.
  package let files: [MappedFileFacts]
  /// The dump's information about the process itself.
  package let process: ProcessFacts
  /// The processor's architecture as `uname -m` shows it, if the format records it.
  package let machine: String?
  /// The blocks that are decompressed on first use.
  private let demanded: [DemandedBlocks]
  /// Whether broken blocks were found on opening.
  private let lacksBlocks: Bool
  private let names: MappedFileTable

  /// A line for each file of this machine that provided bytes: an index of the dump depends on them and on the dump itself.
  package var sourceIdentities: [String] {
    files.compactMap { file in
      file.sourceIdentity.map { "\(file.path)\n\($0) \(file.takenByteCount) \(file.restoredByteCount)" }
    }
  }

  /// The memory that the dump should have but lacks, in ascending order and disjoint.
  package let absent: [AbsentMemory]

  /// Whether the dump states what it should have, as a manifest and a core's headers do.
  package let saysWhatItShouldHave: Bool

  /// Whether the dump was compressed.
  package var isCompressed: Bool { compression != nil }
  /// Warnings found since the dump was opened, one line each: broken blocks.
  package var laterWarnings: [String] { demanded.flatMap(\.warnings) }

  /// Whether compressed blocks are known to be broken, which every answer must report: see `SnapshotOptions.onDemand`.
  package var hasBrokenBlocks: Bool { lacksBlocks || !laterWarnings.isEmpty }

  /// Decompresses the remaining blocks on all cores, for callers that are about to read everything.
  package func inflateAll(threadCount: Int, progress: (@Sendable (Int, Int?) -> Void)? = nil) {
    for blocks in demanded { blocks.makeAll(threadCount: threadCount, progress: progress) }
  }

  /// Returns the file that was mapped at an address, or the kernel's name, if the dump records it.
  package func name(at address: Address) -> String? { names.path(containing: address) }

  /// The threads with their registers; empty if the dump does not record them.
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

/// The result of a reader of one format.
struct SnapshotContents {
  /// The regions, in any order.
  var regions: [MemoryRegion] = []
  /// Missing or unexpected things, one line each.
  var warnings: [String] = []
  /// The compression of the dump.
  var compression: CompressionFormat?
  /// The files that the process had mapped.
  var mappedFiles: [MappedFile] = []
  /// The information about each file.
  var files: [MappedFileFacts] = []
  /// The information about the process.
  var process = ProcessFacts()
  /// The processor's architecture.
  var machine: String?
  /// The blocks that are decompressed on first use.
  var demanded: [DemandedBlocks] = []
  /// Whether compressed blocks are broken.
  var lacksBlocks = false
  /// The memory that the dump should have, in any order. What is not among the regions is missing.
  var promised: [AddressRange] = []
  /// Whether that is all that the dump should have.
  var isListed = false
  /// The mapped files of that memory, if only their names are known.
  var promisedNames: [MappedFile] = []
}

import CPython
import HeapAnalysis
import MemoryImage
import Presentation
import SnapshotFormats
import Synchronization

/// An opened dump, and what was found out about it so far: each thing once, when the first command needs it.
final class Session: Sendable {
  /// The dump.
  let snapshot: Snapshot
  /// How many cores may be used.
  let threadCount: Int
  /// The version of Python that was asked for or built in.
  let versions: VersionChoice

  /// The file that keeps the index, if any shall.
  private let indexFile: IndexFile?

  private let kept: Deferred<KeptIndex?>
  private let isIndexUnkept = Mutex(false)
  private let opened = Mutex<OpenedInferior?>(nil)
  private let scanned = Mutex<ObjectIndex?>(nil)
  private let saidWarningCount = Mutex(0)

  init(snapshot: Snapshot, versions: VersionChoice, threadCount: Int, indexFile: IndexFile? = nil) {
    self.indexFile = indexFile
    kept = Deferred { indexFile?.load() }
    self.snapshot = snapshot
    self.versions = versions
    self.threadCount = threadCount
  }

  /// The line that is said at opening.
  var loadedLine: String {
    "Loaded \(ByteCount(snapshot.memory.byteCount)) in \(snapshot.memory.regions.count) regions"
  }

  /// The Python in the dump.
  ///
  /// - Throws: `InferiorProblem` if there is none that we understand.
  ///
  /// - Parameter isScannedNext: the index is what it is needed for.
  func python(isScannedNext: Bool = false) throws -> OpenedInferior {
    try opened.withLock { opened in
      if let opened { return opened }
      let found = try Inferior.open(
        snapshot.memory, version: versions.explicit, fallback: versions.fallback, types: kept.value?.types,
        isScannedNext: isScannedNext && kept.value == nil, threadCount: threadCount)
      opened = found
      return found
    }
  }

  /// The process under examination.
  func inferior() throws -> Inferior { try python().inferior }

  /// All objects of the process.
  func index() throws -> ObjectIndex {
    let inferior = try python(isScannedNext: true).inferior
    return scanned.withLock { scanned in
      if let scanned { return scanned }
      let known = kept.value?.index(of: inferior, threadCount: threadCount)
      let index = known ?? scan(inferior)
      isIndexUnkept.withLock { $0 = known == nil }
      scanned = index
      return index
    }
  }

  private func scan(_ inferior: Inferior) -> ObjectIndex {
    let progress = ScanProgress()
    let line = ScanProgressLine(of: snapshot.memory.byteCount, progress)
    defer { line.end() }
    return HeapScanner(inferior, threadCount: threadCount, progress: progress).scan()
  }

  /// Keeps the index for the next time, if it was made in this session. Returns why that failed.
  func keepIndex() throws -> String? {
    let isUnkept = isIndexUnkept.withLock { unkept in
      defer { unkept = false }
      return unkept
    }
    guard isUnkept, let indexFile else { return nil }
    return indexFile.save(try index(), of: try inferior())
  }

  /// What the user should know of the dump, one line each.
  var warnings: [String] {
    snapshot.warnings + (opened.withLock { $0?.warnings } ?? [])
  }

  /// The warnings that were not asked for before.
  func newWarnings() -> [String] {
    let all = warnings
    return saidWarningCount.withLock { count in
      defer { count = all.count }
      return Array(all.dropFirst(count))
    }
  }
}

import CPython
import HeapAnalysis
import MemoryImage
import NativeProcess
import Presentation
import SnapshotFormats
import Synchronization

/// An opened dump, and what is known about it so far: each part is computed once, when the first command needs it.
final class Session: Sendable {
  /// The dump.
  let snapshot: Snapshot
  /// The maximum number of cores to use.
  let threadCount: Int
  /// The version of Python that was asked for or built in.
  let versions: VersionChoice
  /// Which Python is examined, where there are several.
  private let runtime: Int?
  /// The version to assume where the memory does not show it.
  private let assumedVersion: PythonVersion?

  /// The file that stores the index, if there shall be one.
  private let indexFile: IndexFile?

  private let kept: Deferred<StoredIndex?>
  private let isIndexUnkept = Mutex(false)
  private let keptReferences: Deferred<ReferenceSignatures?>
  private let areReferencesUnkept = Mutex(false)
  private let opened = Mutex<OpenedInferior?>(nil)
  private let openedForThreads = Mutex<OpenedInferior?>(nil)
  private let scanned = Mutex<ObjectIndex?>(nil)
  private let searchedPaths = Mutex<PathSearch?>(nil)
  /// What the current or latest answer is made from.
  let scope = Mutex<AnswerScope>([])
  /// The progress of the current command's analyses.
  private let work = Mutex<[Progress]>([])
  private let saidWarnings = Mutex<Set<String>>([])

  init(snapshot: Snapshot, versions: VersionChoice, runtime: Int?, threadCount: Int, indexFile: IndexFile?) {
    self.indexFile = indexFile
    kept = Deferred { indexFile?.load() }
    keptReferences = Deferred { indexFile?.loadReferences(threadCount: threadCount) }
    self.snapshot = snapshot
    self.versions = versions
    self.runtime = runtime
    assumedVersion = snapshot.namedVersion ?? versions.fallback
    self.threadCount = threadCount
  }

  /// The line that is written at opening, with the files of this machine whose bytes count as the process's memory.
  var loadedLine: String {
    let loaded = "Loaded \(ByteCount(snapshot.memory.byteCount)) in \(snapshot.memory.regions.count) regions"
    let sources = snapshot.files.filter { $0.source != nil }
    guard !sources.isEmpty else { return loaded }
    let byteCount = sources.reduce(0) { $0 &+ $1.takenByteCount &+ $1.restoredByteCount }
    let most = sources.sorted { $0.takenByteCount > $1.takenByteCount }.prefix(Self.namedSources)
    let names = most.compactMap { $0.source.map(PythonText.escaped) }.joined(separator: ", ")
    let rest = sources.count > most.count ? " and \(sources.count - most.count) more that info names" : ""
    return loaded + ", \(ByteCount(byteCount)) of them from files: \(names)\(rest)"
  }

  /// The maximum number of files that the line names.
  private static let namedSources = 3

  /// The Python in the dump.
  ///
  /// - Throws: `InferiorProblem` if there is none that is supported.
  ///
  /// - Parameter isScannedNext: whether it is needed only for the index.
  func python(isScannedNext: Bool = false) throws -> OpenedInferior {
    try opened.withLock { opened in
      if let opened { return opened }
      let found = try searching { try open(isScannedNext: isScannedNext) }
      opened = found
      return found
    }
  }

  private func open(isScannedNext: Bool) throws -> OpenedInferior {
    do {
      return try Inferior.open(
        snapshot.memory, version: versions.explicit, fallback: assumedVersion, runtime: runtime, types: kept.value?.types,
        isScannedNext: isScannedNext && kept.value == nil, threadCount: threadCount)
    } catch InferiorProblem.noPython {
      throw whyNoPython
    }
  }

  /// The same with only the types that threads and their frames need, which are found without a search of the heap.
  func pythonForThreads() throws -> OpenedInferior {
    if let opened = opened.withLock({ $0 }) { return opened }
    return try searching { try openForThreads() }
  }

  private func openForThreads() throws -> OpenedInferior {
    try openedForThreads.withLock { found in
      if let found { return found }
      let opened = try? Inferior.open(
        snapshot.memory, version: versions.explicit, fallback: assumedVersion, runtime: runtime, onlyStaticTypes: true,
        threadCount: threadCount)
      guard let built = opened, let runtime = built.runtime, runtime.mainInterpreter != nil else { return try python() }
      let threads = ThreadList.objects(of: runtime, in: built.inferior)
      found = built.adding(typesOf: threads, threadCount: threadCount)
      return found ?? built
    }
  }

  /// The same, but with all types where a thread handles an exception: showing one may need any type.
  func pythonForExceptions() throws -> OpenedInferior {
    let python = try pythonForThreads()
    let stacks = threads(of: python).stacks(in: python.inferior)
    // A type distinguishes what a function keeps to handle an exception from its other values.
    let kept = stacks.flatMap { _, stack in stack.frames.flatMap { $0.keptValues(in: python.inferior) } }
    let known = kept.isEmpty ? python : python.adding(typesOf: kept, threadCount: threadCount)
    let isCalm = stacks.allSatisfy { thread, stack in
      thread.state.currentException.isNull
        && ExceptionList.handled(by: thread.state, stack, in: known.inferior).isEmpty
    }
    return try isCalm ? python : self.python()
  }

  /// The process under examination.
  func inferior() throws -> Inferior { try python().inferior }

  /// All objects of the process.
  func index() throws -> ObjectIndex {
    let inferior = try python(isScannedNext: true).inferior
    return try scanned.withLock { scanned in
      if let scanned { return scanned }
      let known = kept.value?.index(of: inferior, threadCount: threadCount)
      let index = try known ?? scan(inferior)
      isIndexUnkept.withLock { $0 = known == nil }
      scanned = index
      return index
    }
  }

  /// What keeps objects alive.
  func pathSearch() throws -> PathSearch {
    let (python, index) = (try python(), try index())
    return searchedPaths.withLock { search in
      if let search { return search }
      let new = PathSearch(
        index: index, runtime: python.runtime, threads: threads(of: python), in: python.inferior,
        isIncomplete: !snapshot.absent.isEmpty || python.runtime == nil, threadCount: threadCount)
      search = new
      return new
    }
  }

  private func scan(_ inferior: Inferior) throws -> ObjectIndex {
    let workers = workers
    let line = ScanProgressLine(of: snapshot.memory.byteCount, workers.progress)
    defer { line.end() }
    snapshot.inflateAll(threadCount: threadCount)
    return try searching { try HeapScanner(inferior, workers: workers).scan() }
  }

  /// The process with all its objects.
  func heap() throws -> Heap { Heap(try index(), of: try inferior(), workers: workers) }

  /// The cores for the work of the current command, which `cancel` ends.
  var workers: Workers {
    let progress = Progress()
    work.withLock { $0.append(progress) }
    return Workers(count: threadCount, progress: progress)
  }

  /// Forgets the analyses of the last command.
  func forgetWork() { work.withLock { $0 = [] } }

  /// Ends the analyses of the current command.
  func cancel() {
    work.withLock { for progress in $0 { progress.cancel() } }
  }

  /// The signatures of all references, if they are stored; if not, `keepIndex` will store them.
  func referenceSignatures() -> ReferenceSignatures? {
    let signatures = keptReferences.value
    areReferencesUnkept.withLock { $0 = signatures == nil }
    return signatures
  }

  /// Stores the index for the next time, if it was made in this session, and the signatures of references if a command
  /// asked for them. Returns why that failed.
  func keepIndex() throws -> String? {
    // With an index the blocks would not be inflated, and no warning would report the broken ones.
    guard let indexFile, !snapshot.hasBrokenBlocks else { return nil }
    func isUnkept(_ flag: borrowing Mutex<Bool>) -> Bool {
      flag.withLock { unkept in
        defer { unkept = false }
        return unkept
      }
    }
    let problem = isUnkept(isIndexUnkept) ? indexFile.save(try index(), of: try inferior()) : nil
    guard problem == nil, isUnkept(areReferencesUnkept) else { return problem }
    return indexFile.saveReferences(try heap())
  }

  /// What the user should know of the dump, one line each.
  var warnings: [String] {
    // Opening for threads alone finds too few types to prove the layout: of its warnings only those of the lists count.
    snapshot.warnings
      + (opened.withLock { $0?.warnings } ?? openedForThreads.withLock { $0?.listWarnings } ?? [])
      + snapshot.laterWarnings + gaps
  }

  /// Whether a Python was found, but none of its interpreters.
  var isRuntimeLost: Bool {
    let python = opened.withLock { $0 } ?? openedForThreads.withLock { $0 }
    return python.map { $0.runtime == nil } ?? false
  }

  /// The warnings that were not given before.
  func newWarnings() -> [String] {
    let all = warnings
    return saidWarnings.withLock { said in all.filter { said.insert($0).inserted } }
  }
}

extension OpenedInferior {
  /// The warnings of an opening whose types are too few to prove the layout.
  fileprivate var listWarnings: [String] { (pythons.warning.map { [$0] } ?? []) + (runtime?.warnings ?? []) }
}

import ArgumentParser
import CPython
import Glibc
import HeapAnalysis
import MemoryImage
import SnapshotFormats

/// Whether indexes in files are used and written.
enum IndexMode: String, ExpressibleByArgument, CaseIterable {
  /// An existing index is used; one is stored for a large dump.
  case auto
  /// No index is used or stored.
  case none
  /// An index is made and stored, whether there is one or not, and however small the dump is.
  case rebuild
}

/// The file that stores the index of a dump: beside the dump, or in the user's cache where the dump's folder is read-only.
struct IndexFile {
  private let mode: IndexMode
  private let paths: [String]
  private var identity: [UInt8]
  /// Where the signatures of references are stored; the first search for references makes them.
  private let referencePaths: [String]

  /// A smaller dump is scanned as fast as an index is written.
  private static let leastByteCount = 256 << 20

  /// The file for the dump at `path`; nil if none shall be used, or the dump has no identity of its own.
  ///
  /// - Parameter circumstances: what else the index depends on.
  init?(of path: String, mode: IndexMode, directory: String?, circumstances: String) {
    guard mode != .none, let lines = DumpIdentity.lines(of: path), let real = unsafe realpath(path, nil) else {
      return nil
    }
    defer { unsafe free(real) }
    let whole = unsafe String(cString: real)
    self.mode = mode
    let facts = [Shell.version, DumpIdentity.ofThisProgram, circumstances, whole] + lines
    identity = Array(facts.joined(separator: "\n").utf8).filter { $0 != 0 }
    let folders = directory.map { [$0] } ?? [Self.folder(of: whole)] + Self.caches
    let name = whole.split(separator: "/").last.map(String.init) ?? "root"
    // In a folder for many dumps, names alone would collide.
    let number = String(whole.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
    let stems = folders.enumerated().map { index, folder in
      "\(folder)/\(name)\(directory == nil && index == 0 ? "" : "-\(number)")"
    }
    paths = stems.map { $0 + DumpIdentity.indexSuffix }
    referencePaths = stems.map { $0 + DumpIdentity.referencesSuffix }
  }

  private static func folder(of path: String) -> String {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    return end == path.startIndex ? "/" : String(path[..<end])
  }

  private static var caches: [String] {
    let cache = unsafe getenv("XDG_CACHE_HOME").map { unsafe String(cString: $0) }
    let home = unsafe getenv("HOME").map { unsafe String(cString: $0) + "/.cache" }
    return [cache, home].compactMap { $0 }.filter { $0.hasPrefix("/") }.prefix(1).map { $0 + "/python-memtools" }
  }

  /// The same, once the contents of the dump are known: an index depends on the identities of the files that gave
  /// bytes, and not on their names alone.
  func of(_ snapshot: Snapshot) -> IndexFile {
    var file = self
    file.identity += Array(("\n" + snapshot.sourceIdentities.joined(separator: "\n")).utf8).filter { $0 != 0 }
    return file
  }

  /// Whether an index of the dump is stored, as far as this is known before the dump is opened.
  func isLikelyKept() -> Bool {
    first(of: paths) { StoredIndex($0).flatMap { $0.identity.starts(with: identity) ? $0 : nil } } != nil
  }

  /// The stored index, if it is of this dump and complete.
  func load() -> StoredIndex? {
    first(of: paths) { StoredIndex($0).flatMap { $0.identity == identity ? $0 : nil } }
  }

  /// The stored signatures of references, if they are of this dump and complete.
  func loadReferences(threadCount: Int) -> ReferenceSignatures? {
    first(of: referencePaths) { ReferenceSignatures($0, identity: identity, threadCount: threadCount) }
  }

  /// The first of some files that `read` can read.
  private func first<Kept>(of paths: [String], _ read: (MappedBytes) -> Kept?) -> Kept? {
    guard mode != .rebuild else { return nil }
    for path in paths {
      guard let bytes = OwnFile.bytes(path), let kept = read(bytes) else { continue }
      return kept
    }
    return nil
  }

  /// Stores the index, if the dump is large enough or a rebuild was asked for. Returns why that failed.
  func save(_ index: ObjectIndex, of inferior: Inferior) -> String? {
    save(inferior, to: paths) { try index.keep(identity: identity, of: inferior, $0) }
      .map { "the index could not be kept: \($0)" }
  }

  /// The same for the signatures of its references.
  func saveReferences(_ heap: Heap) -> String? {
    save(heap.inferior, to: referencePaths) {
      try heap.keepReferences(identity: identity, $0)
    }.map { "the index of references could not be kept: \($0)" }
  }

  private func save(_ inferior: Inferior, to paths: [String], _ writer: OwnFile.Writer) -> (any Error)? {
    guard mode == .rebuild || inferior.addressSpace.byteCount >= Self.leastByteCount else { return nil }
    var problem: FileProblem?
    for path in paths {
      let folder = Self.folder(of: path)
      // The cache's folder is created; any other one exists.
      if Self.caches.contains(folder) { OwnFile.makeFolder(folder) }
      do {
        try OwnFile.write(to: path, in: folder, writer)
        return nil
      } catch let error as FileProblem {
        problem = problem ?? error
      } catch {
        return error
      }
    }
    return problem
  }
}

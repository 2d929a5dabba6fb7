import Glibc
import MemoryImage

/// Where the files are looked for that a process had mapped.
struct FileSearch {
  /// The root of a copy of the process's file system (`--sysroot`).
  var sysroot: String?
  /// Single files, whatever their names (`--file`).
  var files: [String] = []
  /// A directory of files that came with the dump.
  var directory: String?

  /// A file that may be the one that was mapped.
  struct Candidate: Equatable {
    let path: String
    /// Whether the user named it, so that it may be used where nothing tells what the process had.
    let isNamed: Bool
  }

  /// The files on this machine that may be the one that the process knew as `path`, the most likely first.
  func candidates(for path: String) -> [Candidate] {
    guard path.hasPrefix("/"), !path.hasPrefix("/dev/") else { return [] }
    let clean = path.hasSuffix(Self.deleted) ? String(path.dropLast(Self.deleted.count)) : path
    let name = clean.split(separator: "/").last.map(String.init) ?? clean
    var candidates = files.map { file in
      Candidate(path: file, isNamed: file.split(separator: "/").last.map(String.init) == name)
    }
    if let sysroot { candidates.append(Candidate(path: sysroot + clean, isNamed: true)) }
    if let directory {
      candidates.append(Candidate(path: directory + clean, isNamed: true))
      candidates.append(Candidate(path: "\(directory)/\(name)", isNamed: true))
    }
    candidates.append(Candidate(path: clean, isNamed: false))
    return candidates
  }

  /// What the kernel puts behind the path of a file that was unlinked.
  private static let deleted = " (deleted)"
}

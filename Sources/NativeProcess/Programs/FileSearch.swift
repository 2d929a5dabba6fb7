/// The places to search for files that a process had mapped.
package struct FileSearch {
  /// The root of a copy of the process's file system (`--sysroot`).
  package var sysroot: String?
  /// Single files, regardless of their names (`--file`).
  package var files: [String] = []
  /// A directory of files that belong to the dump.
  package var directory: String?

  package init(sysroot: String? = nil, files: [String] = [], directory: String? = nil) {
    self.sysroot = sysroot
    self.files = files
    self.directory = directory
  }

  /// A file that may be the one that was mapped.
  package struct Candidate: Equatable {
    /// The directory that contains the file, which neither `..` nor a link in the path may leave; nil for a path on this
    /// machine.
    package var root: String?
    /// The path, below `root` if there is one.
    package let path: String
    /// Whether the user named it, so that it may be used even if the dump does not identify the file.
    package let isNamed: Bool

    /// The path on this machine, for messages.
    package var description: String {
      guard let root else { return path }
      return root + (path.hasPrefix("/") ? "" : "/") + path
    }
  }

  /// Returns the files on this machine that may be the one that the process knew as `path`, the most likely first.
  func candidates(for path: String) -> [Candidate] {
    guard path.hasPrefix("/"), !Self.withoutFiles.contains(where: path.hasPrefix) else { return [] }
    let clean = path.hasSuffix(Self.deleted) ? String(path.dropLast(Self.deleted.count)) : path
    let name = clean.split(separator: "/").last.map(String.init) ?? clean
    var candidates = files.map { file in
      Candidate(path: file, isNamed: file.split(separator: "/").last.map(String.init) == name)
    }
    if let sysroot { candidates.append(Candidate(root: sysroot, path: clean, isNamed: true)) }
    if let directory {
      candidates.append(Candidate(root: directory, path: clean, isNamed: true))
      candidates.append(Candidate(root: directory, path: name, isNamed: true))
    }
    candidates.append(Candidate(path: clean, isNamed: false))
    return candidates
  }

  /// The kernel's file systems: a file there is not the one that the process had mapped.
  private static let withoutFiles = ["/dev/", "/proc/", "/sys/"]
  /// The suffix that the kernel adds to the path of an unlinked file.
  private static let deleted = " (deleted)"
}

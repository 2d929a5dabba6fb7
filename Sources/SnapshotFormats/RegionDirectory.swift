import Glibc
import MemoryImage

/// The directory form of a dump: a file `mem.START.END.bin` for each region, with the END − START bytes of it.
///
/// Other files are none of its business. The files are mapped one by one and never read whole.
struct RegionDirectory {
  private let path: String
  private let descriptor: Int32

  /// The open directory `descriptor`, which stays the caller's; `path` is for messages.
  init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  /// All regions of the directory.
  ///
  /// - Throws: `SnapshotError` if there is none, or a file of one cannot be opened or mapped.
  func contents() throws -> SnapshotContents {
    var contents = SnapshotContents()
    for name in try fileNames() {
      guard let range = RegionFileName(name)?.range else {
        if name.hasPrefix("mem."), name.hasSuffix(".bin") {
          contents.warnings.append("\(place(of: name)): left out, its name is not mem.START.END.bin")
        }
        continue
      }
      let bytes = try mapped(name, opened: contents.regions.count)
      if let warning = warning(of: name, expected: range.count, found: bytes.count) {
        contents.warnings.append(warning)
      }
      guard let present = AddressRange(start: range.start, count: min(range.count, bytes.count)),
        let region = MemoryRegion(range: present, owner: bytes)
      else { continue }
      contents.regions.append(region)
    }
    guard !contents.regions.isEmpty else { throw SnapshotError.noRegions(path: path) }
    return contents
  }
}

extension RegionDirectory {
  /// The names of all files, in ascending order, so that warnings come in the same order every time.
  func fileNames() throws -> [String] {
    let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard duplicate >= 0, let stream = unsafe fdopendir(duplicate) else {
      throw SnapshotError.unreadable(path: path, errno: errno)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = unsafe readdir(stream) {
      names.append(unsafe entry.name)
      errno = 0
    }
    guard errno == 0 else { throw SnapshotError.unreadable(path: path, errno: errno) }
    return names.sorted()
  }

  private func mapped(_ name: String, opened: Int) throws -> MappedBytes {
    let file = unsafe openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { throw SnapshotError.unreadable(path: place(of: name), errno: errno) }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw SnapshotError.neitherFileNorDirectory(path: place(of: name))
    }
    do {
      return try MappedBytes(descriptor: file, path: place(of: name))
    } catch let problem as FileProblem {
      guard problem.errno == ENOMEM else {
        throw SnapshotError.unreadable(path: place(of: name), errno: problem.errno)
      }
      let limit = SystemFile.number("/proc/sys/vm/max_map_count")
      throw SnapshotError.tooManyRegions(path: path, count: opened, limit: limit)
    }
  }

  private func warning(of name: String, expected: Int, found: Int) -> String? {
    guard found != expected else { return nil }
    let consequence =
      found == 0 ? "the region is left out" : found < expected ? "the region is cut" : "the rest is left out"
    return "\(place(of: name)): expected \(expected) bytes, found \(found), \(consequence)"
  }

  private func place(of name: String) -> String { "\(path)/\(name)".onOneLine }
}

import Glibc
import MemoryImage

extension Snapshot {
  /// Opens a dump in any form that we know. The form is told by the content, never by the name.
  ///
  /// - Parameters:
  ///   - path: a directory of regions, or a file.
  ///   - allowTruncated: use what is there of a dump whose end is missing; a warning then says what is not.
  ///   - inflationLimit: the most bytes that a compressed dump may grow to; half of the machine's memory if nil.
  /// - Throws: `SnapshotError` if there is no dump at `path` or it is damaged.
  package static func open(
    path: String, allowTruncated: Bool = false, inflationLimit: Int? = nil
  ) throws -> Snapshot {
    // Without O_NONBLOCK a named pipe would hold us here until somebody writes to it.
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw SnapshotError.unreadable(path: path, errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SnapshotError.unreadable(path: path, errno: errno) }

    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      let contents = try RegionDirectory(path: path, descriptor: descriptor).contents()
      return Snapshot(contents: contents, source: path, format: .directory, isCompressed: false)
    case S_IFREG:
      let bytes = try mappedBytes(descriptor: descriptor, path: path)
      return try open(
        bytes: bytes, path: path, allowTruncated: allowTruncated,
        inflationLimit: inflationLimit ?? GzipFile.defaultLimit)
    default:
      throw SnapshotError.neitherFileNorDirectory(path: path)
    }
  }
}

private extension Snapshot {
  static func open(bytes: MappedBytes, path: String, allowTruncated: Bool, inflationLimit: Int) throws -> Snapshot {
    guard GzipFile.isGzip(bytes) else {
      let (format, contents) = try contents(of: bytes, path: path, allowTruncated: allowTruncated)
      return Snapshot(contents: contents, source: path, format: format, isCompressed: false)
    }
    let file = GzipFile(bytes: bytes, path: path, limit: inflationLimit)
    let inflated = try file.inflated(allowTruncated: allowTruncated)
    var (format, contents) = try contents(of: inflated.bytes, path: path, allowTruncated: allowTruncated)
    contents.warnings = inflated.warnings + contents.warnings
    return Snapshot(contents: contents, source: path, format: format, isCompressed: true)
  }

  static func contents(
    of bytes: MappedBytes, path: String, allowTruncated: Bool
  ) throws -> (SnapshotFormat, SnapshotContents) {
    if CoreFile.isElf(bytes) {
      return (.core, try CoreFile(bytes: bytes, path: path).contents(allowTruncated: allowTruncated))
    }
    if RegionStream.isStream(bytes) {
      let stream = RegionStream(bytes: bytes, path: path)
      return (.stream, try stream.contents(allowTruncated: allowTruncated))
    }
    throw SnapshotError.unknownFormat(path: path, firstBytes: bytes.prefix(8))
  }

  static func mappedBytes(descriptor: Int32, path: String) throws -> MappedBytes {
    do {
      return try MappedBytes(descriptor: descriptor, path: path)
    } catch let problem as FileProblem {
      throw SnapshotError.unreadable(path: path, errno: problem.errno)
    }
  }
}

extension MappedBytes {
  /// A copy of the first bytes, as many as there are up to `limit`.
  func prefix(_ limit: Int) -> [UInt8] {
    (0..<min(limit, count)).compactMap { load(UInt8.self, at: $0) }
  }
}

import Glibc
import MemoryImage
import NativeProcess

extension Snapshot {
  /// The name that means standard input.
  package static let standardInput = "-"

  /// Opens a dump in any supported format. The content determines the format, never the name.
  ///
  /// - Parameter path: a directory of regions, a directory with a core and its libraries, a file, or `-` for standard input.
  /// - Throws: `SnapshotError` if there is no dump at `path` or it is damaged.
  package static func open(path: String, options: SnapshotOptions = SnapshotOptions()) throws -> Snapshot {
    if path == standardInput { return try open(stream: STDIN_FILENO, path: "standard input", options: options) }
    // Without O_NONBLOCK, opening a named pipe would block until a process writes to it.
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw SnapshotError.unreadable(path: path, errno: errno) }
    defer { close(descriptor) }
    switch try kind(of: descriptor, path: path) {
    case S_IFDIR: return try open(directory: descriptor, path: path, options: options)
    case S_IFREG:
      let bytes = try mappedBytes(descriptor: descriptor, path: path)
      return try open(bytes: bytes, path: path, directory: nil, options: options)
    default: throw SnapshotError.neitherFileNorDirectory(path: path)
    }
  }

  /// Opens the dump that a descriptor provides, which is a file or, most often, a pipe.
  static func open(stream descriptor: Int32, path: String, options: SnapshotOptions) throws -> Snapshot {
    let isFile = try kind(of: descriptor, path: path) == S_IFREG && lseek(descriptor, 0, SEEK_CUR) == 0
    let bytes =
      isFile
      ? try mappedBytes(descriptor: descriptor, path: path)
      : try SpillingMemory.bytes(from: descriptor, place: SpillingPlace(path: path, options: options)) { first in
        guard let format = CompressionFormat(of: first) else {
          return try ContainerExtent.byteCount(path: path) { first.bytes(at: 0, count: min($0, first.count)) ?? [] }
        }
        _ = try ContainerExtent.byteCount(path: path) { format.prefix($0, of: first) }
        return nil
      }
    return try open(bytes: bytes, path: path, directory: nil, options: options)
  }
}

private extension Snapshot {
  static func kind(of descriptor: Int32, path: String) throws -> mode_t {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SnapshotError.unreadable(path: path, errno: errno) }
    return status.st_mode & S_IFMT
  }

  /// Opens a directory of regions, or one with a dump in it and the files that belong to it.
  static func open(directory descriptor: Int32, path: String, options: SnapshotOptions) throws -> Snapshot {
    let regions = RegionDirectory(path: path, descriptor: descriptor, options: options)
    if try !regions.hasRegions() {
      let dumps = try regions.fileNames().filter { isDump("\(path)/\($0)") }
      guard dumps.count <= 1 else { throw SnapshotError.severalDumps(path: path, names: dumps) }
      if let name = dumps.first {
        let file = "\(path)/\(name)"
        return try open(bytes: MappedBytes(regularFile: file), path: file, directory: path, options: options)
      }
      if try regions.fileNames().contains(where: { isImage("\(path)/\($0)") }) {
        throw SnapshotError.foreignFormat(path: path, .criu)
      }
    }
    return Snapshot(contents: try regions.contents(), source: path, format: .directory)
  }

  /// Returns whether a file is a core, compressed or not, which may be in one directory with its libraries.
  static func isDump(_ path: String) -> Bool {
    guard let bytes = try? MappedBytes(regularFile: path) else { return false }
    let size = 64
    let first = CompressionFormat(of: bytes)?.prefix(size, of: bytes) ?? bytes.bytes(at: 0, count: size)
    return CoreFile.isCore(first ?? [])
  }

  /// Returns whether a file is one of the images that make up a CRIU checkpoint.
  static func isImage(_ path: String) -> Bool {
    (try? MappedBytes(regularFile: path)).flatMap { ForeignFormat(of: $0) } == .criu
  }

  static func open(
    bytes: MappedBytes, path: String, directory: String?, options: SnapshotOptions
  ) throws -> Snapshot {
    let search = FileSearch(sysroot: options.sysroot, files: options.files, directory: directory)
    let place = SpillingPlace(path: path, options: options)
    guard let file = CompressedFile(bytes: bytes, path: path, place: place, options: options) else {
      let inflated = CompressedFile.Contents(bytes: bytes)
      let (format, contents) = try contents(of: inflated, path: path, search: search, options: options)
      return Snapshot(contents: contents, source: path, format: format)
    }
    let inflated = try file.inflated()
    var (format, contents) = try contents(of: inflated, path: path, search: search, options: options)
    // For a stream whose end is missing, the user decides whether the rest is enough.
    if let cut = inflated.cut {
      let place = "offset \(cut.offset.hexadecimal)"
      guard format == .core || options.allowTruncated else {
        throw SnapshotError.malformed(
          path: path, place: place, problem: cut.problem + ", try --allow-truncated to use what is there")
      }
      contents.warnings.insert(
        "\(path.onOneLine): \(place): \(cut.problem), \(inflated.bytes.count) bytes before it are used", at: 0)
    }
    contents.warnings = inflated.warnings + contents.warnings
    contents.compression = file.format
    contents.demanded = inflated.demanded.map { [$0] } ?? []
    contents.lacksBlocks = !inflated.missing.isEmpty
    return Snapshot(contents: contents, source: path, format: format)
  }

  static func contents(
    of inflated: CompressedFile.Contents, path: String, search: FileSearch, options: SnapshotOptions
  ) throws -> (SnapshotFormat, SnapshotContents) {
    let bytes = inflated.bytes
    if CoreFile.isElf(bytes) {
      return (.core, try CoreFile(bytes: bytes, path: path).contents(search: search, missing: inflated.missing))
    }
    if let foreign = ForeignFormat(of: bytes) { throw SnapshotError.foreignFormat(path: path, foreign) }
    if RegionStream.isStream(bytes, isPrefix: inflated.cut != nil) || inflated.missing.first?.lowerBound == 0 {
      let stream = RegionStream(
        bytes: bytes, path: path, missing: inflated.missing, headerOffsets: inflated.headerOffsets)
      // If the compressed data end too early, or continue with something else, that is what to report.
      let isExplained = inflated.cut != nil || !inflated.warnings.isEmpty
      var contents = try stream.contents(allowTruncated: options.allowTruncated || isExplained)
      contents.regions = contents.regions.flatMap { $0.without(inflated.missing) }
      return (.stream, contents)
    }
    throw SnapshotError.unknownFormat(path: path, firstBytes: bytes.bytes(at: 0, count: min(8, bytes.count)) ?? [])
  }

  static func mappedBytes(descriptor: Int32, path: String) throws -> MappedBytes {
    do {
      return try MappedBytes(descriptor: descriptor, path: path)
    } catch let problem as FileProblem {
      throw SnapshotError.unreadable(path: path, errno: problem.errno)
    }
  }
}

import Glibc
import MemoryImage

/// The directory form of a dump: a file `mem.START.END.bin` for each region, with its END − START bytes, or the same
/// compressed, as `mem.START.END.bin.gz`.
///
/// The file `manifest.txt`, if there is one, says which regions there should be: see `DumpManifest`. Other files are
/// ignored. Large files are mapped and never read whole, except for compressed ones.
struct RegionDirectory {
  private let path: String
  private let descriptor: Int32
  private let options: SnapshotOptions
  private let place: SpillingPlace

  /// Creates a reader of the open directory `descriptor`, which stays the caller's; `path` is for messages.
  init(path: String, descriptor: Int32, options: SnapshotOptions) {
    self.path = path
    self.descriptor = descriptor
    self.options = options
    place = SpillingPlace(path: path, options: options)
  }

  /// Reads all regions of the directory.
  ///
  /// - Throws: `SnapshotError` if there are none, or if a region's file cannot be opened or mapped.
  func contents() throws -> SnapshotContents {
    var contents = SnapshotContents()
    var count = 0
    let names = try fileNames()
    var check = check(of: names, warnings: &contents.warnings)
    for name in names {
      guard let fileName = RegionFileName(name) else {
        if name.hasPrefix("mem."), name.hasSuffix(".bin") {
          contents.warnings.append("\(place(of: name)): left out, its name is not mem.START.END.bin")
        }
        continue
      }
      guard check?.accepts(fileName.range, at: name.onOneLine) ?? true else { continue }
      try add(fileName, called: name, opened: count, to: &contents)
      count += 1
    }
    guard !contents.regions.isEmpty else { throw SnapshotError.noRegions(path: path) }
    if let check {
      contents.warnings.insert(contentsOf: check.warnings(path: path), at: 0)
      contents.promised += check.manifest.regions.map(\.range)
      contents.promisedNames = check.manifest.names
      contents.isListed = check.manifest.isWhole
      contents.process.id = check.manifest.processID
    }
    return contents
  }

  /// Returns whether any file has a region's name.
  func hasRegions() throws -> Bool {
    try fileNames().contains { RegionFileName($0) != nil }
  }

  /// Returns the names of all files, in ascending order, so that warnings come in the same order every time.
  func fileNames() throws -> [String] {
    guard let names = descriptor.entryNames() else { throw SnapshotError.unreadable(path: path, errno: errno) }
    return names.sorted()
  }
}

private extension RegionDirectory {
  /// Returns a comparison of the files with the manifest, if one of these names is that of a manifest.
  func check(of names: [String], warnings: inout [String]) -> ManifestCheck? {
    let suffixes = [""] + RegionFileName.suffixes
    let found = names.first { name in suffixes.contains { name == DumpManifest.fileName + $0 } }
    guard let found, var bytes = try? mapped(found, opened: 0) else { return nil }
    if var file = CompressedFile(bytes: bytes, path: place(of: found), place: place, options: options) {
      file.limit = DumpManifest.sizeLimit
      guard let inflated = try? file.inflated() else { return nil }
      bytes = inflated.bytes
    }
    guard bytes.count <= DumpManifest.sizeLimit, let text = bytes.bytes(at: 0, count: bytes.count),
      let manifest = DumpManifest(text)
    else { return nil }
    let check = ManifestCheck(manifest)
    // A manifest is about these files only if it lists some of them.
    guard names.contains(where: { RegionFileName($0).map { check.lists($0.range) } ?? false }) else {
      warnings.append("\(place(of: found)): lists none of the regions in this directory, and is not heeded")
      return nil
    }
    return check
  }

  func add(
    _ fileName: RegionFileName, called name: String, opened: Int, to contents: inout SnapshotContents
  ) throws {
    let range = fileName.range
    contents.promised.append(range)
    var bytes = try mapped(name, opened: opened)
    var missing: [Range<Int>] = []
    // The bytes of a region may begin like those of a compressed file: the size decides.
    if fileName.hasSuffix || bytes.count != range.count,
      var file = CompressedFile(bytes: bytes, path: place(of: name), place: place, options: options)
    {
      file.limit = range.count
      do {
        let inflated = try file.inflated()
        bytes = inflated.bytes
        missing = inflated.missing
        contents.demanded += inflated.demanded.map { [$0] } ?? []
        contents.lacksBlocks = contents.lacksBlocks || !missing.isEmpty
        contents.warnings += inflated.warnings
        if let (offset, problem) = inflated.cut {
          contents.warnings.append("\(place(of: name)): offset \(offset.hexadecimal): \(problem)")
        }
      } catch SnapshotError.malformed(_, let location, let problem) {
        contents.warnings.append("\(place(of: name)): \(location): \(problem), the region is left out")
        return
      }
      contents.compression = file.format
    }
    if let warning = warning(of: name, expected: range.count, found: bytes.count) { contents.warnings.append(warning) }
    guard let present = AddressRange(start: range.start, count: min(range.count, bytes.count)),
      let region = MemoryRegion(range: present, owner: bytes)
    else { return }
    contents.regions += region.without(missing)
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
      return try MappedBytes(descriptor: file, size: Int(status.st_size), path: place(of: name))
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

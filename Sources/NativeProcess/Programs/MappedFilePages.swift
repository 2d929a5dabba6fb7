package import MemoryImage

/// The pages that a core leaves out because they are in files, taken from the files if the same ones are available.
///
/// The names of static types are in such pages. A file is used if its build-id is the one in the core. If the core does not
/// hold that, the file is used if its first page is the one in the core. If the core does not hold that either, it is used
/// only if the user named it.
///
/// A dump that was cut has also lost pages that the process had written to. The file has their initial contents, from which
/// the names and sizes of types can still be read.
package struct MappedFilePages {
  /// The regions that were added.
  package private(set) var regions: [MemoryRegion] = []
  /// All mapped files, in the order of their first mapping.
  package private(set) var files: [MappedFileFacts] = []
  /// Warnings for the user, one line each.
  package private(set) var warnings: [String] = []
  /// A limit above the number of mappings that Linux allows by default (`vm.max_map_count`).
  private static let mappingLimit = 1 << 16
  private let permissions: (Address) -> MemoryRegion.Permissions?
  private let lost: [AddressRange]
  /// The number of bytes that may still be restored, which are copied: more than all programs of a process have.
  private var bytesToRestore = 256 << 20
  /// The number of files that may still be linked: more than a process has.
  private var filesToLink = 1 << 12

  /// Searches for the pages of `files` that `present` does not cover.
  ///
  /// - Parameters:
  ///   - lost: the ranges that the dump once had, in ascending order and disjoint.
  ///   - permissions: returns the access that the process had to the mapping at an address.
  package init(
    of files: [MappedFile], missingFrom present: [MemoryRegion], search: FileSearch, lost: [AddressRange] = [],
    permissions: @escaping (Address) -> MemoryRegion.Permissions? = { _ in .read }
  ) {
    self.permissions = permissions
    self.lost = lost
    let memory = AddressSpace(regions: present)
    var order: [String] = []
    var mappings: [String: [MappedFile]] = [:]
    for file in Self.apart(files.prefix(Self.mappingLimit)) {
      if mappings[file.path] == nil { order.append(file.path) }
      mappings[file.path, default: []].append(file)
    }
    for path in order { add(path, mappings: mappings[path] ?? [], memory: memory, search: search) }
  }

  /// Returns the mappings without the parts that others that begin lower also cover. No process has such overlaps, but in a
  /// hostile dump every mapping could cover every region.
  private static func apart(_ files: some Collection<MappedFile>) -> [MappedFile] {
    let order = files.enumerated().sorted { ($0.element.range.start, $0.offset) < ($1.element.range.start, $1.offset) }
    var end = Address.null
    var kept: [(number: Int, file: MappedFile)] = []
    for (number, file) in order {
      let start = max(file.range.start, end)
      let (offset, overflow) = file.offset.addingReportingOverflow(start.rawValue &- file.range.start.rawValue)
      guard !overflow, let range = AddressRange(start: start, end: file.range.end) else { continue }
      kept.append((number, MappedFile(range: range, offset: offset, path: file.path)))
      end = range.end
    }
    return kept.sorted { $0.number < $1.number }.map(\.file)
  }

  private mutating func add(_ path: String, mappings: [MappedFile], memory: AddressSpace, search: FileSearch) {
    let identity = FileIdentity(of: mappings, in: memory)
    var facts = MappedFileFacts(path: path, buildID: identity.buildID, isProgram: identity.isProgram)
    defer { files.append(facts) }
    let holes = mappings.map { ($0, Self.holes(in: $0.range, besides: memory.regions)) }.filter { !$0.1.isEmpty }
    guard !holes.isEmpty else { return }
    guard let source = found(path, identity: identity, search: search) else {
      facts.missingByteCount = holes.reduce(0) { $1.1.reduce($0) { $0 &+ $1.count } }
      return
    }
    let bytes = source.bytes
    facts.source = source.path
    facts.sourceIdentity = source.identity
    facts.isProgram = true
    facts.buildID = facts.buildID ?? BuildID(file: bytes)
    var linked: LinkedFile?
    if !lost.isEmpty, filesToLink > 0 {
      filesToLink -= 1
      linked = LinkedFile(bytes, mappings: mappings)
    }
    for (file, ranges) in holes {
      for hole in ranges {
        let kept = hole.without(lost)
        for part in kept { take(part, of: file, bytes: bytes, &facts) }
        for part in hole.without(kept) {
          if let linked, linked.isWritable(at: part.start) {
            restore(part, of: file, from: linked, &facts)
          } else {
            take(part, of: file, bytes: bytes, &facts)
          }
        }
      }
    }
  }

  /// Takes pages that were never written to.
  private mutating func take(
    _ hole: AddressRange, of file: MappedFile, bytes: MappedBytes, _ facts: inout MappedFileFacts
  ) {
    let region = region(hole, of: file, bytes: bytes)
    if let region { regions.append(region) }
    let taken = region?.range.count ?? 0
    facts.takenByteCount &+= taken
    // The last page of a mapping may extend beyond the end of the file.
    if hole.count - taken >= FileIdentity.pageSize { facts.missingByteCount &+= hole.count - taken }
  }

  /// Restores pages that the process had written to, with their initial contents.
  private mutating func restore(
    _ hole: AddressRange, of file: MappedFile, from linked: LinkedFile, _ facts: inout MappedFileFacts
  ) {
    guard hole.count <= bytesToRestore, let data = linked.data(at: hole),
      let region = MemoryRegion(range: hole, owner: data, permissions: permissions(hole.start), file: file.path)
    else {
      facts.missingByteCount &+= hole.count
      return
    }
    bytesToRestore -= hole.count
    regions.append(region)
    facts.restoredByteCount &+= hole.count
  }

  private func region(_ hole: AddressRange, of file: MappedFile, bytes: MappedBytes) -> MemoryRegion? {
    let distance = hole.start.rawValue &- file.range.start.rawValue
    let (offset, overflow) = file.offset.addingReportingOverflow(distance)
    guard !overflow, let start = Int(exactly: offset), start < bytes.count,
      let range = AddressRange(start: hole.start, count: min(hole.count, bytes.count - start))
    else { return nil }
    return MemoryRegion(
      range: range, owner: bytes, offset: start, permissions: permissions(hole.start), file: file.path)
  }

  /// Returns the file on this machine that is the same as the process's.
  private mutating func found(_ path: String, identity: FileIdentity, search: FileSearch) -> SourceFile? {
    for candidate in search.candidates(for: path) {
      guard let file = try? SourceFile(candidate) else { continue }
      switch identity.compare(with: file.bytes) {
      case .same: return file
      case .different: continue
      case .unknown:
        guard candidate.isNamed else { continue }
        warnings.append(
          "\(file.path.onOneLine): used for \(path.onOneLine), though nothing in the core tells whether it is the "
            + "same file")
        return file
      }
    }
    return nil
  }

  /// Returns the parts of `range` that no region covers; `regions` are in ascending order without overlap.
  private static func holes(in range: AddressRange, besides regions: [MemoryRegion]) -> [AddressRange] {
    var holes: [AddressRange] = []
    var start = range.start
    for region in regions[regions.firstIndex(sortedPast: { $0.range.end > range.start })...] {
      guard region.range.start < range.end else { break }
      if let hole = AddressRange(start: start, end: region.range.start) { holes.append(hole) }
      start = max(start, region.range.end)
    }
    if let hole = AddressRange(start: start, end: range.end) { holes.append(hole) }
    return holes
  }
}

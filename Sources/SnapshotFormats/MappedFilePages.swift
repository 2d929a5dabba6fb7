import MemoryImage

/// The pages that a core leaves out because they are in files: taken from the files, where this machine has the very ones.
///
/// The names of static types lie in such pages. A file is used only if its first page is the one in the core, which
/// holds the ELF header, the program headers and most often the build-id; a file that is not ELF, or whose first page
/// the core lacks, is not.
struct MappedFilePages {
  /// The regions that were added.
  private(set) var regions: [MemoryRegion] = []
  /// The paths of the files whose pages are missing still.
  private(set) var missingFiles: Set<String> = []

  /// Looks for the pages of `files` that `present` does not cover.
  init(of files: [MappedFile], missingFrom present: [MemoryRegion]) {
    let memory = AddressSpace(regions: present)
    var opened: [String: MappedBytes?] = [:]
    for file in files {
      let holes = Self.holes(in: file.range, besides: memory.regions)
      guard !holes.isEmpty else { continue }
      let bytes = opened[file.path] ?? Self.verified(file.path, files: files, memory: memory)
      opened[file.path] = bytes
      guard let bytes else {
        missingFiles.insert(file.path)
        continue
      }
      for hole in holes {
        let distance = hole.start.rawValue &- file.range.start.rawValue
        let (offset, overflow) = file.offset.addingReportingOverflow(distance)
        // The last page of a mapping may lie beyond the end of the file.
        guard !overflow, let start = Int(exactly: offset), start < bytes.count,
          let range = AddressRange(start: hole.start, count: min(hole.count, bytes.count - start)),
          let region = MemoryRegion(range: range, owner: bytes, offset: start, permissions: .read, file: file.path)
        else { continue }
        regions.append(region)
      }
    }
  }

  /// The parts of `range` that no region covers.
  private static func holes(in range: AddressRange, besides regions: [MemoryRegion]) -> [AddressRange] {
    var holes: [AddressRange] = []
    var start = range.start
    for region in regions where region.range.end > range.start && region.range.start < range.end {
      if let hole = AddressRange(start: start, end: region.range.start) { holes.append(hole) }
      start = max(start, region.range.end)
    }
    if let hole = AddressRange(start: start, end: range.end) { holes.append(hole) }
    return holes
  }

  /// The file on this machine, if its first page is the one that the core has.
  private static func verified(_ path: String, files: [MappedFile], memory: AddressSpace) -> MappedBytes? {
    let pageSize = 4096
    guard path.hasPrefix("/"), !path.hasPrefix("/dev/"),
      let head = files.first(where: { $0.path == path && $0.offset == 0 }),
      let inCore = try? memory.array(of: UInt8.self, at: head.range.start, count: min(pageSize, head.range.count)),
      inCore.starts(with: [0x7F, 0x45, 0x4C, 0x46]),
      let bytes = try? MappedBytes(file: path), bytes.count >= inCore.count
    else { return nil }
    // Where the first page is writable, the dynamic linker has left a few pointers in it (`DT_DEBUG`).
    let differences = inCore.indices.filter { bytes.load(UInt8.self, at: $0) != inCore[$0] }
    let isSame = differences.count <= 32 && (differences.first ?? .max) >= headerSize(of: bytes)
    return isSame ? bytes : nil
  }

  /// The bytes of the ELF header and the program headers behind it (System V ABI, "Object Files").
  private static func headerSize(of bytes: MappedBytes) -> Int {
    let count = bytes.load(UInt16.self, at: 56).map(Int.init) ?? 0
    return 64 + count * 56
  }
}

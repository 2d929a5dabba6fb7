import CElf
import MemoryImage
import NativeProcess

/// An ELF core file, read through libelf. The kernel writes one when a process dies, and `gcore` while it is alive.
///
/// The format is that of the System V ABI, chapter "Object Files"; `core(5)` describes what a core adds.
struct CoreFile: ~Copyable {
  let bytes: MappedBytes
  let path: String
  let elf: ElfFile

  /// Opens the core file in `bytes`; `path` is for messages.
  ///
  /// - Throws: `SnapshotError` if the bytes are not the core file of a supported 64-bit little-endian machine.
  init(bytes: MappedBytes, path: String) throws {
    try Self.checkIdentification(of: bytes, path: path)
    do {
      elf = try ElfFile(bytes)
    } catch {
      throw SnapshotError.malformed(path: path, place: error.place, problem: error.text)
    }
    self.bytes = bytes
    self.path = path
  }

  /// The header of the file.
  var header: GElf_Ehdr { elf.header }

  /// Returns whether `bytes` begin with ELF's magic number.
  static func isElf(_ bytes: MappedBytes) -> Bool {
    bytes.load(UInt32.self, at: 0).map { UInt32(littleEndian: $0) } == 0x464C_457F
  }

  /// Returns whether the first bytes of a file are those of an ELF file of type ET_CORE.
  static func isCore(_ bytes: [UInt8]) -> Bool {
    bytes.integer(UInt32.self, at: 0) == 0x464C_457F && bytes.integer(UInt16.self, at: 16) == UInt16(ET_CORE)
  }

  /// Returns all regions of the core whose bytes are in it or in the mapped files, and its information about the process.
  ///
  /// For a core that is cut, as limits of `ulimit` and systemd leave it, the result is what is there, with a warning.
  ///
  /// - Parameters:
  ///   - search: the search for files whose pages the core leaves out.
  ///   - missing: damaged parts of the bytes, in ascending order.
  /// - Throws: `SnapshotError` if a number in the file is impossible, or if the core has no memory at all.
  func contents(search: FileSearch, missing: [Range<Int>] = []) throws -> SnapshotContents {
    var contents = SnapshotContents()
    contents.machine = try machine()
    let segments = try programHeaders()
    let notes = try notes(of: segments, warnings: &contents.warnings)
    if notes.isOfMachine { throw SnapshotError.foreignFormat(path: path, .wholeMachine) }
    contents.mappedFiles = notes.files
    contents.process = notes.process
    if let cut = try truncation(of: segments) { contents.warnings.append(cut.asWarning) }
    contents.warnings += layoutWarnings(of: segments)
    let gaps = unreadGaps(of: segments, threads: notes.process.threads)
    if let warning = gapWarning(gaps, of: segments) { contents.warnings.append(warning) }
    let missing = (missing + gaps).sorted { $0.lowerBound < $1.lowerBound }
    let names = MappedFileTable(notes.files)
    var loads: [(start: Address, permissions: MemoryRegion.Permissions)] = []
    for segment in segments where segment.isLoad {
      loads.append((Address(segment.fields.p_vaddr), Self.permissions(segment.fields.p_flags)))
      guard let region = try region(of: segment, file: names) else { continue }
      contents.regions += region.without(missing)
    }
    guard !contents.regions.isEmpty else { throw SnapshotError.emptyCore(path: path) }
    loads.sort { $0.start < $1.start }
    contents.promised = promisedRanges(of: segments)
    contents.isListed = true
    let present = contents.regions.map(\.range).merged()
    let lost = contents.promised.flatMap { $0.without(present) }
    let pages = MappedFilePages(of: notes.files, missingFrom: contents.regions, search: search, lost: lost) { address in
      let next = loads.firstIndex(sortedPast: { $0.start > address })
      return next > 0 ? loads[next - 1].permissions : nil
    }
    if let warning = absenceWarning(of: segments, notes: notes, file: names) { contents.warnings.append(warning) }
    contents.regions += pages.regions
    contents.files = pages.files
    contents.warnings += pages.warnings
    if let warning = restoredFilesWarning(pages.files) { contents.warnings.append(warning) }
    if let warning = missingFilesWarning(pages.files) { contents.warnings.append(warning) }
    return contents
  }
}

// MARK: - Headers

extension CoreFile {
  /// A program header with its position in the file.
  struct ProgramHeader {
    /// The header's number, from 0.
    let number: Int
    /// The name of the header in messages.
    let place: String
    /// The fields of the header.
    let fields: GElf_Phdr

    /// Whether it describes a region of memory.
    var isLoad: Bool { fields.isLoad }
    /// Whether it describes notes.
    var isNote: Bool { fields.isNote }
  }

  /// Returns the error for what libelf or its reader found at a place.
  func malformed(_ place: String, _ problem: ElfFile.Problem) -> SnapshotError {
    .malformed(path: path, place: place, problem: problem.text)
  }
}

private extension CoreFile {
  /// Other 64-bit machines on which Linux runs.
  static let machines: [Int32: String] = [
    EM_PPC64: "ppc64le (21)", EM_S390: "s390x (22)", EM_MIPS: "mips64el (8)", EM_RISCV: "riscv64 (243)",
    EM_LOONGARCH: "loongarch64 (258)",
  ]

  static func checkIdentification(of bytes: MappedBytes, path: String) throws {
    let headerSize = MemoryLayout<Elf64_Ehdr>.size
    guard bytes.count >= headerSize, let fileClass = bytes.load(UInt8.self, at: Int(EI_CLASS)),
      let order = bytes.load(UInt8.self, at: Int(EI_DATA))
    else {
      throw SnapshotError.truncated(
        path: path, place: "ELF header", offset: bytes.count, missing: UInt64(max(1, headerSize - bytes.count)))
    }
    if let foreign = ForeignFormat(coreOf: bytes) { throw SnapshotError.foreignFormat(path: path, foreign) }
    guard fileClass == ELFCLASS64 else {
      throw SnapshotError.unsupportedElf(
        path: path, property: "class", expected: "64-bit (2)", found: fileClass == 1 ? "32-bit (1)" : "\(fileClass)")
    }
    guard order == ELFDATA2LSB else {
      throw SnapshotError.unsupportedElf(
        path: path, property: "byte order", expected: "little-endian (1)",
        found: order == 2 ? "big-endian (2)" : "\(order)")
    }
  }

  func machine() throws -> String {
    guard header.e_type == ET_CORE else {
      let names: [Int32: String] = [
        ET_REL: "an object file (1)", ET_EXEC: "an executable (2)", ET_DYN: "a shared object (3)",
      ]
      throw SnapshotError.unsupportedElf(
        path: path, property: "type", expected: "a core file (4)",
        found: names[Int32(header.e_type)] ?? "\(header.e_type)")
    }
    switch Int32(header.e_machine) {
    case EM_X86_64: return "x86_64"
    case EM_AARCH64: return "aarch64"
    default:
      throw SnapshotError.unsupportedElf(
        path: path, property: "machine", expected: "x86_64 (62) or aarch64 (183)",
        found: Self.machines[Int32(header.e_machine)] ?? "\(header.e_machine)")
    }
  }

  func programHeaders() throws -> [ProgramHeader] {
    let announced = try announcedHeaderCount()
    let present: Int
    do throws(ElfFile.Problem) {
      present = try elf.presentSegmentCount()
    } catch {
      throw malformed(error.place, error)
    }
    // libelf silently returns no more headers than fit in the file.
    guard present >= announced else {
      let size = UInt64(MemoryLayout<Elf64_Phdr>.size)
      let (end, overflow) = header.e_phoff.addingReportingOverflow(UInt64(announced) * size)
      let isInside = overflow || end <= UInt64(bytes.count)
      let missing = isInside ? UInt64(announced - present) * size : end - UInt64(bytes.count)
      throw SnapshotError.truncated(
        path: path, place: "the table of \(announced) program headers at offset \(header.e_phoff.hexadecimal)",
        offset: bytes.count, missing: missing)
    }
    return try (0..<announced).map { number in
      let offset = header.e_phoff &+ UInt64(number) &* UInt64(header.e_phentsize)
      let place = "program header \(number) at offset \(offset.hexadecimal)"
      guard let fields = elf.segment(number) else { throw malformed(place, ElfFile.Problem(place)) }
      return ProgramHeader(number: number, place: place, fields: fields)
    }
  }

  /// Returns the number of program headers that the file states.
  func announcedHeaderCount() throws -> Int {
    guard let count = elf.statedSegmentCount else {
      throw SnapshotError.truncated(
        path: path,
        place: "section header 0 at offset \(header.e_shoff.hexadecimal), which counts the program headers,",
        offset: bytes.count, missing: UInt64(MemoryLayout<Elf64_Shdr>.size))
    }
    return count
  }
}

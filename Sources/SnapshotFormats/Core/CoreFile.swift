import CElf
import MemoryImage
import NativeProcess

/// An ELF core file, read through libelf. The kernel writes one when a process dies, and `gcore` while it is alive.
///
/// The format is that of the System V ABI, chapter "Object Files"; `core(5)` describes what a core adds.
@safe
struct CoreFile: ~Copyable {
  let bytes: MappedBytes
  let path: String
  let handle: OpaquePointer
  let header: GElf_Ehdr

  /// Opens the core file in `bytes`; `path` is for messages.
  ///
  /// - Throws: `SnapshotError` if the bytes are not the core file of a supported 64-bit little-endian machine.
  init(bytes: MappedBytes, path: String) throws {
    try Self.checkIdentification(of: bytes, path: path)
    try Self.checkSectionCount(of: bytes, path: path)
    // libelf refuses to work before its caller has stated which version of the format it knows.
    elf_version(UInt32(EV_CURRENT))
    // SAFETY: libelf only reads the image, though its type does not say so; `bytes` outlives the handle.
    guard
      let handle = unsafe elf_memory(
        UnsafeMutablePointer(mutating: bytes.buffer.baseAddress?.assumingMemoryBound(to: CChar.self)), bytes.count)
    else { throw Self.malformed(path, "ELF header") }
    var header = GElf_Ehdr()
    guard unsafe gelf_getehdr(handle, &header) != nil else {
      unsafe elf_end(handle)
      throw Self.malformed(path, "ELF header")
    }
    unsafe self.handle = handle
    self.bytes = bytes
    self.path = path
    self.header = header
  }

  deinit {
    unsafe elf_end(handle)
  }

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
    var isLoad: Bool { fields.p_type == PT_LOAD }
    /// Whether it describes notes.
    var isNote: Bool { fields.p_type == PT_NOTE }
  }

  static func malformed(_ path: String, _ place: String) -> SnapshotError {
    let reason = unsafe elf_errmsg(-1).map { unsafe String(cString: $0) } ?? "invalid"
    return .malformed(path: path, place: place, problem: reason)
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

  /// Checks the number of sections. If there are too many for the header's 16 bits, the first section header holds their
  /// number as 64 bits. libelf allocates memory for each, so there may be no more than fit in the file.
  static func checkSectionCount(of bytes: MappedBytes, path: String) throws {
    let tableOffset = UInt64(littleEndian: bytes.load(UInt64.self, at: 40) ?? 0)
    let shortCount = UInt16(littleEndian: bytes.load(UInt16.self, at: 60) ?? 0)
    let sectionHeaderSize = MemoryLayout<Elf64_Shdr>.size
    guard shortCount == 0, tableOffset != 0, let offset = Int(exactly: tableOffset), offset < bytes.count,
      let count = bytes.load(UInt64.self, at: offset &+ 32).map({ UInt64(littleEndian: $0) })
    else { return }
    guard count <= UInt64(bytes.count / sectionHeaderSize) else {
      throw SnapshotError.malformed(
        path: path, place: "section header 0 at offset \(offset.hexadecimal)",
        problem: "expected at most \(bytes.count / sectionHeaderSize) sections, found \(count)")
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
    var present = 0
    guard unsafe elf_getphdrnum(handle, &present) == 0 else { throw Self.malformed(path, "program headers") }
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
      var fields = GElf_Phdr()
      guard let index = Int32(exactly: number), unsafe gelf_getphdr(handle, index, &fields) != nil else {
        throw Self.malformed(path, place)
      }
      return ProgramHeader(number: number, place: place, fields: fields)
    }
  }

  /// Returns the number of program headers that the file states, in the first section header if 16 bits do not suffice.
  func announcedHeaderCount() throws -> Int {
    guard header.e_phnum == PN_XNUM else { return Int(header.e_phnum) }
    var section = GElf_Shdr()
    guard let first = unsafe elf_getscn(handle, 0), unsafe gelf_getshdr(first, &section) != nil else {
      throw SnapshotError.truncated(
        path: path,
        place: "section header 0 at offset \(header.e_shoff.hexadecimal), which counts the program headers,",
        offset: bytes.count, missing: UInt64(MemoryLayout<Elf64_Shdr>.size))
    }
    return Int(section.sh_info)
  }
}

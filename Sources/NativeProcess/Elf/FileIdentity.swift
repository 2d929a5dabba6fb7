import CElf
import MemoryImage

/// The data in a dump that identify a mapped file: its build-id, or its whole first page.
struct FileIdentity {
  /// The build-id, if the first mapping holds it.
  let buildID: BuildID?
  /// The whole first page; empty if the dump does not hold all of it, as many files share fewer bytes.
  private let firstPage: [UInt8]
  /// The number of bytes of the first page that may differ.
  private let differenceLimit: Int

  static let pageSize = 4096
  /// The number of bytes that the dynamic linker may write in a first page that is writable (`DT_DEBUG`).
  private static let pointersOfLinker = 32

  /// Reads the identity of the file with these mappings.
  init(of mappings: [MappedFile], in memory: AddressSpace) {
    let heads = mappings.filter { $0.offset == 0 }
    let pages = heads.lazy.filter { $0.range.count >= Self.pageSize }.compactMap { head in
      (try? memory.array(of: UInt8.self, at: head.range.start, count: Self.pageSize))
        .map { (bytes: Array($0), start: head.range.start) }
    }
    let page = pages.first { $0.bytes.starts(with: ELFMAG.utf8) }
    firstPage = page?.bytes ?? []
    let permissions = page.flatMap { memory.region(containing: $0.start)?.permissions }
    differenceLimit = permissions.map { $0.contains(.write) } ?? true ? Self.pointersOfLinker : 0
    buildID = heads.lazy.compactMap { BuildID(mappedAt: $0.range, in: memory) }.first
  }

  /// Whether the first page is that of an ELF program or library.
  var isProgram: Bool { !firstPage.isEmpty }

  /// The result of a comparison.
  enum Comparison {
    case same, different
    /// The core holds nothing to compare.
    case unknown
  }

  /// Compares a file with the one that was mapped.
  func compare(with file: MappedBytes) -> Comparison {
    // A core that leaves out data files too has nothing of them; they hold no objects.
    guard let program = try? ElfFile(file) else { return .different }
    if let buildID { return BuildID(of: program) == buildID ? .same : .different }
    guard !firstPage.isEmpty else { return .unknown }
    guard file.count >= firstPage.count else { return .different }
    let differences = firstPage.indices.filter { file.load(UInt8.self, at: $0) != firstPage[$0] }
    // The ELF header and the program headers after it.
    let headerSize = MemoryLayout<Elf64_Ehdr>.size + Int(program.header.e_phnum) * MemoryLayout<Elf64_Phdr>.size
    let isSame = differences.count <= differenceLimit && (differences.first ?? .max) >= headerSize
    return isSame ? .same : .different
  }
}

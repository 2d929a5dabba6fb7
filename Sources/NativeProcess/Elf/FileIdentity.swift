import Glibc
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
    let page = pages.first { $0.bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) }
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
    guard file.load(UInt32.self, at: 0).map({ UInt32(littleEndian: $0) }) == 0x464C_457F else { return .different }
    if let buildID { return BuildID(file: file) == buildID ? .same : .different }
    guard !firstPage.isEmpty else { return .unknown }
    guard file.count >= firstPage.count else { return .different }
    let differences = firstPage.indices.filter { file.load(UInt8.self, at: $0) != firstPage[$0] }
    let isSame = differences.count <= differenceLimit && (differences.first ?? .max) >= Self.headerSize(of: file)
    return isSame ? .same : .different
  }

  /// Returns the number of bytes of the ELF header and the program headers after it (System V ABI, "Object Files").
  private static func headerSize(of bytes: MappedBytes) -> Int {
    let count = bytes.load(UInt16.self, at: 56).map(Int.init) ?? 0
    return 64 + count * 56
  }
}

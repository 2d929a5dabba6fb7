public import MemoryImage

/// A program or library as the dynamic loader mapped it, according to its own ELF header.
///
/// The header is in the first page of the file's first mapping, which dumps hold even where they leave out the rest of what
/// was only mapped from files. See `Elf64_Ehdr` and `Elf64_Phdr` in elf.h.
public struct LoadedProgram: Sendable, Hashable {
  /// The addresses from the first to the last byte of the program.
  public let range: AddressRange
  /// The writable parts of the program (`.data`, `.bss`), in whole pages.
  public let data: [AddressRange]
  /// The parts of the program that are not written after startup, in whole pages: code, constants, and the pointers that the
  /// loader filled in (`PT_GNU_RELRO`).
  public let constants: [AddressRange]

  /// Creates the program whose header is at `address`; nil if there is no plausible header.
  public init?(at address: Address, in memory: AddressSpace) {
    let segments = ProgramSegment.all(at: address, in: memory)
    guard let first = segments.first(where: { $0.kind == .load && $0.fileOffset == 0 }) else { return nil }
    let bias = address.rawValue &- Address(first.start).alignedDown(to: ProgramSegment.page).rawValue
    var data: [AddressRange] = []
    var constants: [AddressRange] = []
    for segment in segments where segment.kind == .load {
      guard let range = segment.pages(bias: bias) else { return nil }
      if segment.isWritable { data.append(range) } else { constants.append(range) }
    }
    // A file that was mapped as a whole, for reading only, has its data elsewhere: no mapping begins there.
    guard data.allSatisfy({ memory.region(containing: $0.start)?.range.start == $0.start }),
      segments.allSatisfy({ $0.kind != .dynamic || $0.isDynamicTable(bias: bias, in: memory) })
    else { return nil }
    for segment in segments where segment.kind == .relocated {
      guard let range = segment.protectedPages(bias: bias) else { continue }
      constants.append(range)
      data = data.flatMap { $0.without([range]) }
    }
    let all = data + constants
    guard let start = all.map(\.start).min(), let end = all.map(\.end).max(),
      let range = AddressRange(start: start, end: end)
    else { return nil }
    self.range = range
    self.data = data
    self.constants = constants
  }

  /// Returns the programs and libraries of a process, in ascending order.
  public static func all(in memory: AddressSpace) -> [LoadedProgram] {
    memory.derived { memory in memory.regions.compactMap { LoadedProgram(at: $0.range.start, in: memory) } }
  }
}

/// A row of the program header table, which describes to the loader what to map and where (`Elf64_Phdr`).
struct ProgramSegment {
  /// The type of a row (`p_type`).
  enum Kind: UInt32 {
    /// `PT_LOAD`: bytes of the file to be mapped.
    case load = 1
    /// `PT_DYNAMIC`: the information that the loader needs for linking.
    case dynamic = 2
    /// `PT_GNU_RELRO`: the part that is read-only after relocation.
    case relocated = 0x6474_E552
  }

  let kind: Kind
  let isWritable: Bool
  let fileOffset: UInt64
  /// The unrelocated start address, and the number of bytes in memory.
  let start: UInt64
  let byteCount: UInt64

  static let page: UInt64 = 4096
  /// A limit larger than the number of rows of any program.
  private static let limit = 256

  /// Returns the rows of the kinds that matter; none if `address` has no ELF header of a 64-bit little-endian program.
  static func all(at address: Address, in memory: AddressSpace) -> [ProgramSegment] {
    // `\x7FELF`, ELFCLASS64, ELFDATA2LSB
    guard let identity = try? memory.load(UInt64.self, at: address), identity & 0xFFFF_FFFF_FFFF == 0x0102_464C_457F,
      let table: UInt64 = try? memory.load(at: address + 32), table < page,
      let width = try? memory.load(UInt16.self, at: address + 54), width >= 56,
      let count = try? memory.load(UInt16.self, at: address + 56), count <= limit
    else { return [] }
    return (0..<Int(count)).compactMap { index in
      let row = address + Int(table) + index * Int(width)
      guard let kind = (try? memory.load(UInt32.self, at: row)).flatMap(Kind.init(rawValue:)),
        let flags = try? memory.load(UInt32.self, at: row + 4),
        let fileOffset: UInt64 = try? memory.load(at: row + 8),
        let start: UInt64 = try? memory.load(at: row + 16),
        let byteCount: UInt64 = try? memory.load(at: row + 40)
      else { return nil }
      // PF_W is 2.
      return ProgramSegment(
        kind: kind, isWritable: flags & 2 != 0, fileOffset: fileOffset, start: start, byteCount: byteCount)
    }
  }

  /// Returns the pages of the segment, moved by `bias`; nil if there are none, or if they exceed the address space.
  func pages(bias: UInt64) -> AddressRange? {
    let start = Address(start &+ bias)
    let (end, overflow) = start.rawValue.addingReportingOverflow(byteCount)
    guard !overflow, end <= UInt64.max - Self.page else { return nil }
    let last = Address(end &+ (Self.page - 1)).alignedDown(to: Self.page)
    return AddressRange(start: start.alignedDown(to: Self.page), end: last)
  }

  /// Returns the pages that the loader makes read-only: those of the segment, except one that it covers only in part at its
  /// end (`_dl_protect_relro`).
  func protectedPages(bias: UInt64) -> AddressRange? {
    let start = Address(start &+ bias)
    let (end, overflow) = start.rawValue.addingReportingOverflow(byteCount)
    guard !overflow else { return nil }
    return AddressRange(start: start.alignedDown(to: Self.page), end: Address(end).alignedDown(to: Self.page))
  }

  /// Returns whether a dynamic table may be at the row's address, moved by `bias`. Regions of one page may begin anywhere,
  /// whether the file was mapped by the loader or as a whole.
  func isDynamicTable(bias: UInt64, in memory: AddressSpace) -> Bool {
    // The tags from `DT_NULL` to the last of the general tags, and those of the system and the processor (elf.h).
    let tags: [ClosedRange<UInt64>] = [0...0x26, 0x6000_0000...0x7FFF_FFFF]
    let rows = (0..<2).compactMap { try? memory.load(UInt64.self, at: Address(start &+ bias &+ UInt64($0 * 16))) }
    // Memory may be missing, or damaged in places.
    return rows.count < 2 || rows.contains { tag in tags.contains { $0.contains(tag) } }
  }
}

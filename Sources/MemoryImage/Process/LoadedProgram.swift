import Synchronization

/// A program or library as the dynamic loader has put it into memory, as its own ELF header tells.
///
/// The header lies in the first page of the file's first mapping, which dumps hold even where they leave out the rest of
/// what was only mapped from files. See `Elf64_Ehdr` and `Elf64_Phdr` in elf.h.
public struct LoadedProgram: Sendable, Hashable {
  /// From the first to the last byte of the program.
  public let range: AddressRange
  /// What the program may write (`.data`, `.bss`), in whole pages.
  public let data: [AddressRange]
  /// What nobody writes after the start, in whole pages: code, constants, and the pointers that the loader filled in
  /// (`PT_GNU_RELRO`).
  public let constants: [AddressRange]

  /// The program whose header lies at `address`; nil if there is none that can be believed.
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
    // A file that was mapped as a whole, only to be read, has its data elsewhere: no mapping begins there.
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

  /// The programs and libraries of a process, in ascending order.
  public static func all(in memory: AddressSpace) -> [LoadedProgram] {
    memory.programs.withLock { programs in
      if let programs { return programs }
      let all = memory.regions.compactMap { LoadedProgram(at: $0.range.start, in: memory) }
      programs = all
      return all
    }
  }
}

/// A row of the table that tells the loader what to map where (`Elf64_Phdr`).
struct ProgramSegment {
  /// What the row is about (`p_type`).
  enum Kind: UInt32 {
    /// `PT_LOAD`: bytes of the file to be mapped.
    case load = 1
    /// `PT_DYNAMIC`: what the loader has to know to link it.
    case dynamic = 2
    /// `PT_GNU_RELRO`: what is read-only once the loader has done its work.
    case relocated = 0x6474_E552
  }

  let kind: Kind
  let isWritable: Bool
  let fileOffset: UInt64
  /// Where it begins, without the distance by which the program was moved, and how many bytes it has in memory.
  let start: UInt64
  let byteCount: UInt64

  static let page: UInt64 = 4096
  /// More rows than any program has.
  private static let limit = 256

  /// The rows of the kinds that matter; none if there is no ELF header of a 64-bit little-endian program at `address`.
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

  /// The pages that it takes, moved by `bias`; nil if they are none, or do not fit into the address space.
  func pages(bias: UInt64) -> AddressRange? {
    let start = Address(start &+ bias)
    let (end, overflow) = start.rawValue.addingReportingOverflow(byteCount)
    guard !overflow, end <= UInt64.max - Self.page else { return nil }
    let last = Address(end &+ (Self.page - 1)).alignedDown(to: Self.page)
    return AddressRange(start: start.alignedDown(to: Self.page), end: last)
  }

  /// The pages that the loader makes read-only: those that lie in it as a whole at its end (`_dl_protect_relro`).
  func protectedPages(bias: UInt64) -> AddressRange? {
    let start = Address(start &+ bias)
    let (end, overflow) = start.rawValue.addingReportingOverflow(byteCount)
    guard !overflow else { return nil }
    return AddressRange(start: start.alignedDown(to: Self.page), end: Address(end).alignedDown(to: Self.page))
  }

  /// Whether a table of the loader may be where the row says, moved by `bias`: regions of a page begin everywhere, be the
  /// file mapped as the loader does it or as a whole.
  func isDynamicTable(bias: UInt64, in memory: AddressSpace) -> Bool {
    // `DT_NEEDED` to the last of the general tags, and those of the system and the processor (elf.h).
    let tags: [ClosedRange<UInt64>] = [0...0x26, 0x6000_0000...0x7FFF_FFFF]
    let rows = (0..<2).compactMap { try? memory.load(UInt64.self, at: Address(start &+ bias &+ UInt64($0 * 16))) }
    // Memory may be missing, or damaged in places.
    return rows.count < 2 || rows.contains { tag in tags.contains { $0.contains(tag) } }
  }
}

import CElf
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
    guard let (segments, bias) = Self.segments(at: address, in: memory) else { return nil }
    var data: [AddressRange] = []
    var constants: [AddressRange] = []
    for segment in segments where segment.isLoad {
      guard let range = segment.pages(bias: bias) else { return nil }
      if segment.isWritable { data.append(range) } else { constants.append(range) }
    }
    // A file that was mapped as a whole, for reading only, has its data elsewhere: no mapping begins there. Segments that
    // follow each other, as patchelf adds them, may be one mapping.
    guard data.merged().allSatisfy({ memory.region(containing: $0.start)?.range.start == $0.start }),
      segments.allSatisfy({ !$0.isDynamic || $0.isDynamicTable(bias: bias, in: memory) })
    else { return nil }
    for segment in segments where segment.isProtected {
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

  /// The number of bytes of an image that its headers may be in.
  private static let headSize = 16 << 10

  /// Returns the program headers of the image at `address`, and the distance that its addresses were moved by; nil if no
  /// image begins there, or only a part of one.
  static func segments(at address: Address, in memory: AddressSpace) -> (segments: [GElf_Phdr], bias: UInt64)? {
    guard let head = AddressRange(start: address, count: headSize), let file = ElfFile(mappedAt: head, in: memory),
      file.header.e_phoff < GElf_Phdr.pageSize
    else { return nil }
    let segments = file.segments
    guard let first = segments.first(where: { $0.isLoad && $0.p_offset == 0 }) else { return nil }
    return (segments, address.rawValue &- Address(first.p_vaddr).alignedDown(to: GElf_Phdr.pageSize).rawValue)
  }

  /// Returns the programs and libraries of a process, in ascending order.
  public static func all(in memory: AddressSpace) -> [LoadedProgram] {
    memory.derived { memory in memory.regions.compactMap { LoadedProgram(at: $0.range.start, in: memory) } }
  }
}

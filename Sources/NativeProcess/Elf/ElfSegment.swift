package import CElf
import MemoryImage

extension GElf_Phdr {
  /// Whether it describes bytes of the file that are mapped (`PT_LOAD`).
  package var isLoad: Bool { p_type == PT_LOAD }
  /// Whether it describes notes (`PT_NOTE`).
  package var isNote: Bool { p_type == PT_NOTE }
  /// Whether it describes the table of the dynamic linker (`PT_DYNAMIC`).
  var isDynamic: Bool { p_type == PT_DYNAMIC }
  /// Whether it describes the part that is read-only after relocation (`PT_GNU_RELRO`).
  var isProtected: Bool { p_type == UInt32(PT_GNU_RELRO) }
  /// Whether the process may write to it.
  var isWritable: Bool { p_flags & UInt32(PF_W) != 0 }

  /// The size of a page, in bytes.
  static var pageSize: UInt64 { 4096 }

  /// Returns the pages of the segment, moved by `bias`; nil if there are none, or if they exceed the address space.
  func pages(bias: UInt64) -> AddressRange? {
    let start = Address(p_vaddr &+ bias)
    let (end, overflow) = start.rawValue.addingReportingOverflow(p_memsz)
    guard !overflow, end <= UInt64.max - Self.pageSize else { return nil }
    let last = Address(end &+ (Self.pageSize - 1)).alignedDown(to: Self.pageSize)
    return AddressRange(start: start.alignedDown(to: Self.pageSize), end: last)
  }

  /// Returns the pages that the loader makes read-only: those of the segment, except one that it covers only in part at its
  /// end (`_dl_protect_relro`).
  func protectedPages(bias: UInt64) -> AddressRange? {
    let start = Address(p_vaddr &+ bias)
    let (end, overflow) = start.rawValue.addingReportingOverflow(p_memsz)
    guard !overflow else { return nil }
    return AddressRange(start: start.alignedDown(to: Self.pageSize), end: Address(end).alignedDown(to: Self.pageSize))
  }

  /// Returns whether a dynamic table may be at the segment's address, moved by `bias`. Regions of one page may begin
  /// anywhere, whether the file was mapped by the loader or as a whole.
  func isDynamicTable(bias: UInt64, in memory: AddressSpace) -> Bool {
    // The tags from `DT_NULL` to the last of the general tags, and those of the system and the processor (elf.h).
    let tags: [ClosedRange<UInt64>] = [0...0x26, 0x6000_0000...0x7FFF_FFFF]
    let rows = (0..<2).compactMap { try? memory.load(UInt64.self, at: Address(p_vaddr &+ bias &+ UInt64($0 * 16))) }
    // Memory may be missing, or damaged in places.
    return rows.count < 2 || rows.contains { tag in tags.contains { $0.contains(tag) } }
  }
}

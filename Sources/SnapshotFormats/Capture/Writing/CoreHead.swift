import CElf
import MemoryImage
import NativeProcess

/// The beginning of an ELF core, before the memory: the header, a program header for the notes and one for each region, and
/// the notes, padded so that the first region begins at a page.
///
/// See the System V ABI, chapter "Object Files", and `core(5)`.
struct CoreHead {
  /// The bytes, in whole pages.
  let bytes: [UInt8]

  private static let headerSize = 64
  private static let programHeaderSize = 56
  private static let sectionHeaderSize = 64

  init(regions: [CapturePlan.Region], process: ProcessFacts, files: [MappedFile]) {
    let page = ProcessMemory.pageSize
    let headerCount = regions.count + 1
    // If 16 bits do not suffice, the number is in the first section header (`PN_XNUM`).
    let countsInSection = headerCount >= Int(PN_XNUM)
    let notes = CoreNoteWriter(process: process, files: files, pageSize: page).bytes
    let sectionOffset = Self.headerSize + headerCount * Self.programHeaderSize
    let notesOffset = sectionOffset + (countsInSection ? Self.sectionHeaderSize : 0)
    let size = (notesOffset + notes.count + page - 1) / page * page
    var bytes = Self.header(
      headerCount: UInt16(countsInSection ? Int(PN_XNUM) : headerCount),
      sectionOffset: countsInSection ? sectionOffset : 0)
    bytes.reserveCapacity(size)
    bytes += Self.programHeader(type: UInt32(PT_NOTE), offset: notesOffset, size: notes.count, alignment: 4)
    var offset = size
    for region in regions {
      bytes += Self.programHeader(
        type: UInt32(PT_LOAD), flags: Self.flags(region.permissions), offset: offset, address: region.range.start,
        size: region.range.count, memorySize: region.range.count, alignment: page)
      offset += region.range.count
    }
    if countsInSection { bytes += Self.sectionHeader(programHeaderCount: headerCount) }
    bytes += notes
    self.bytes = bytes + [UInt8](repeating: 0, count: size - bytes.count)
  }

  private static func header(headerCount: UInt16, sectionOffset: Int) -> [UInt8] {
    let identity: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, UInt8(ELFCLASS64), UInt8(ELFDATA2LSB), UInt8(EV_CURRENT), 0]
    let hasSection = sectionOffset > 0
    var bytes = identity + [UInt8](repeating: 0, count: 8)
    bytes += UInt16(ET_CORE).littleEndianBytes + machine.littleEndianBytes + UInt32(EV_CURRENT).littleEndianBytes
    bytes += UInt64(0).littleEndianBytes + UInt64(headerSize).littleEndianBytes
    bytes += UInt64(sectionOffset).littleEndianBytes + UInt32(0).littleEndianBytes
    bytes += UInt16(headerSize).littleEndianBytes + UInt16(programHeaderSize).littleEndianBytes
    bytes += headerCount.littleEndianBytes
    bytes += UInt16(hasSection ? sectionHeaderSize : 0).littleEndianBytes
    return bytes + UInt16(hasSection ? 1 : 0).littleEndianBytes + UInt16(0).littleEndianBytes
  }

  private static func programHeader(
    type: UInt32, flags: UInt32 = 0, offset: Int, address: Address = .null, size: Int, memorySize: Int = 0,
    alignment: Int
  ) -> [UInt8] {
    type.littleEndianBytes + flags.littleEndianBytes + UInt64(offset).littleEndianBytes
      + address.rawValue.littleEndianBytes + UInt64(0).littleEndianBytes + UInt64(size).littleEndianBytes
      + UInt64(memorySize).littleEndianBytes + UInt64(alignment).littleEndianBytes
  }

  /// Returns the section header whose `sh_info` is the number of program headers.
  private static func sectionHeader(programHeaderCount: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: 32) + UInt64(1).littleEndianBytes + UInt32(0).littleEndianBytes
      + UInt32(programHeaderCount).littleEndianBytes + [UInt8](repeating: 0, count: 16)
  }

  private static func flags(_ permissions: MemoryRegion.Permissions) -> UInt32 {
    (permissions.contains(.read) ? UInt32(PF_R) : 0) | (permissions.contains(.write) ? UInt32(PF_W) : 0)
      | (permissions.contains(.execute) ? UInt32(PF_X) : 0)
  }

  /// The machine of this program, and thus of the process.
  private static var machine: UInt16 {
    #if arch(arm64)
      UInt16(EM_AARCH64)
    #else
      UInt16(EM_X86_64)
    #endif
  }
}

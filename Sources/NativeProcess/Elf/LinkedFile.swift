import CElf
import MemoryImage

/// The file of a program or library, with its data as the dynamic linker left them before the program ran: relocated to the
/// addresses at which the file was mapped.
///
/// See "Program Loading and Dynamic Linking" in the System V ABI, and `Elf64_Phdr`, `Elf64_Dyn`, `Elf64_Rela` and
/// `Elf64_Sym` in elf.h. Addresses in other libraries are not known, and stay as the file has them.
struct LinkedFile {
  private let bytes: MappedBytes
  /// The parts of the file that the loader maps.
  private let segments: [GElf_Phdr]
  /// The distance from an address in the file to the one in the process.
  private let bias: UInt64
  private let relocations: [Relocation]

  /// An address that the dynamic linker writes.
  private struct Relocation {
    /// The address to write to, as in the file.
    let place: UInt64
    /// The value to write, as in the process.
    let value: UInt64
  }

  private static let page = GElf_Phdr.pageSize

  /// Reads the file in `bytes` as it was mapped; nil if its beginning was not mapped, or if it is not a program.
  init?(_ bytes: MappedBytes, mappings: [MappedFile]) {
    guard let first = mappings.first(where: { $0.offset == 0 }), let file = try? ElfFile(bytes) else { return nil }
    let all = file.segments
    segments = all.filter(\.isLoad)
    guard let head = segments.first(where: { $0.p_offset == 0 }) else { return nil }
    self.bytes = bytes
    bias = first.range.start.rawValue &- head.p_vaddr & ~(Self.page - 1)
    relocations = Self.relocations(all.first(where: \.isDynamic), of: file, segments: segments, bias: bias)
  }

  /// Returns whether the process could write to the page at `address`, at least until the program was linked.
  func isWritable(at address: Address) -> Bool { writableSegment(at: address) != nil }

  private func writableSegment(at address: Address) -> GElf_Phdr? {
    let place = address.rawValue &- bias
    return segments.first { segment in
      let start = segment.p_vaddr & ~(Self.page - 1)
      return segment.isWritable && place >= start && place - start < segment.p_memsz &+ (segment.p_vaddr - start)
    }
  }

  /// Returns the bytes of `range`, whole pages of a writable part of the file; nil if they belong to no such part.
  func data(at range: AddressRange) -> MappedBytes? {
    let start = range.start.rawValue &- bias
    guard range.count <= bytes.count + FileIdentity.pageSize, let segment = writableSegment(at: range.start) else {
      return nil
    }
    var data = [UInt8](repeating: 0, count: range.count)
    // The first page begins before the segment, with the file's bytes; the bytes after the segment's end are zero.
    let from = segment.p_offset &+ (start &- segment.p_vaddr)
    let (end, overflow) = segment.p_offset.addingReportingOverflow(segment.p_filesz)
    guard !overflow, from < end, let position = Int(exactly: from),
      let part = bytes.bytes(at: position, count: min(range.count, Int(clamping: end - from)))
    else { return nil }
    data.replaceSubrange(0..<part.count, with: part)
    for relocation in relocations[relocations.firstIndex(sortedPast: { $0.place >= start })...] {
      let offset = relocation.place &- start
      guard offset < UInt64(range.count), UInt64(range.count) - offset >= 8 else { break }
      data.replaceSubrange(Int(offset)..<Int(offset + 8), with: relocation.value.littleEndianBytes)
    }
    return MappedBytes(copying: data)
  }
}

private extension LinkedFile {
  /// Limits above the numbers that any program has.
  private static let entryLimit = 1024
  private static let relocationLimit = 1 << 22

  /// Returns the offset in the file of the byte at an address of the file.
  private static func offset(of address: UInt64, in segments: [GElf_Phdr]) -> UInt64? {
    guard let segment = segments.first(where: { address >= $0.p_vaddr && address - $0.p_vaddr < $0.p_filesz }) else {
      return nil
    }
    return segment.p_offset &+ (address - segment.p_vaddr)
  }

  /// Returns what the dynamic linker writes, in ascending order, according to its table.
  private static func relocations(
    _ table: GElf_Phdr?, of file: borrowing ElfFile, segments: [GElf_Phdr], bias: UInt64
  ) -> [Relocation] {
    var values: [Int64: UInt64] = [:]
    if let table {
      for row in file.dynamicRows(of: table, limit: entryLimit) { values[row.tag] = row.value }
    }
    /// The offset in the file and the size of a table that two rows describe.
    func place(_ start: Int32, _ size: Int32) -> (start: UInt64, size: UInt64)? {
      guard let start = values[Int64(start)], let size = values[Int64(size)], let place = offset(of: start, in: segments)
      else { return nil }
      return (place, size)
    }
    let symbols = values[Int64(DT_SYMTAB)].flatMap { offset(of: $0, in: segments) }
    var found: [Relocation] = []
    if let (start, size) = place(DT_RELR, DT_RELRSZ) {
      found += moved(start, size, in: file, segments: segments, bias: bias)
    }
    for table in [place(DT_RELA, DT_RELASZ), place(DT_JMPREL, DT_PLTRELSZ)] {
      guard let (start, size) = table else { continue }
      for row in file.relocations(at: start, size: size, limit: relocationLimit) {
        // ELF64_R_TYPE and ELF64_R_SYM.
        switch Kind(UInt32(truncatingIfNeeded: row.r_info), machine: Int32(file.header.e_machine)) {
        case .relative: found.append(Relocation(place: row.r_offset, value: bias &+ UInt64(bitPattern: row.r_addend)))
        case .symbol:
          guard let symbols, let symbol = file.symbol(UInt32(row.r_info >> 32), at: symbols),
            // Other files define the symbols that have no section here.
            symbol.st_shndx != SHN_UNDEF
          else { continue }
          let value = bias &+ symbol.st_value &+ UInt64(bitPattern: row.r_addend)
          found.append(Relocation(place: row.r_offset, value: value))
        case nil: continue
        }
      }
    }
    return found.sorted { $0.place < $1.place }
  }

  /// The kinds of relocation that write a whole address.
  private enum Kind {
    case relative, symbol

    /// Creates the kind for a machine's number.
    init?(_ number: UInt32, machine: Int32) {
      switch (machine, Int32(bitPattern: number)) {
      case (EM_X86_64, R_X86_64_RELATIVE), (EM_AARCH64, R_AARCH64_RELATIVE): self = .relative
      case (EM_X86_64, R_X86_64_64), (EM_X86_64, R_X86_64_GLOB_DAT), (EM_X86_64, R_X86_64_JUMP_SLOT): self = .symbol
      case (EM_AARCH64, R_AARCH64_ABS64), (EM_AARCH64, R_AARCH64_GLOB_DAT), (EM_AARCH64, R_AARCH64_JUMP_SLOT): self = .symbol
      default: return nil
      }
    }
  }

  /// Returns the words of `DT_RELR`: an address, then bitmaps that say which of the next 63 words are relocated too.
  private static func moved(
    _ table: UInt64, _ size: UInt64, in file: borrowing ElfFile, segments: [GElf_Phdr], bias: UInt64
  ) -> [Relocation] {
    var found: [Relocation] = []
    var next: UInt64 = 0
    for number in 0..<(size / 8) {
      guard found.count < relocationLimit, let word: UInt64 = file.load(at: table &+ number * 8) else { break }
      var places = [word]
      if word & 1 == 1 {
        places = (0..<63).filter { word >> (UInt64($0) + 1) & 1 == 1 }.map { next &+ UInt64($0) * 8 }
        next = next &+ 63 * 8
      } else {
        next = word &+ 8
      }
      for place in places {
        guard let offset = offset(of: place, in: segments), let old: UInt64 = file.load(at: offset) else { continue }
        found.append(Relocation(place: place, value: bias &+ old))
      }
    }
    return found
  }
}

import MemoryImage

/// The file of a program or library, with its data as the dynamic linker left them before the program ran: relocated to the
/// addresses at which the file was mapped.
///
/// See "Program Loading and Dynamic Linking" in the System V ABI, and `Elf64_Phdr`, `Elf64_Dyn`, `Elf64_Rela` and
/// `Elf64_Sym` in elf.h. Addresses in other libraries are not known, and stay as the file has them.
struct LinkedFile {
  private let bytes: MappedBytes
  private let machine: UInt16
  private let segments: [Segment]
  /// The distance from an address in the file to the one in the process.
  private let bias: UInt64
  private let relocations: [Relocation]

  /// A part of the file that the loader maps (`PT_LOAD`).
  private struct Segment {
    let offset: UInt64
    let start: UInt64
    let fileSize: UInt64
    let memorySize: UInt64
    let isWritable: Bool
  }

  /// An address that the dynamic linker writes.
  private struct Relocation {
    /// The address to write to, as in the file.
    let place: UInt64
    /// The value to write, as in the process.
    let value: UInt64
  }

  private static let page = UInt64(FileIdentity.pageSize)
  /// Limits above the numbers that any program has.
  private static let segmentLimit = 256
  private static let entryLimit = 1024
  private static let relocationLimit = 1 << 22

  /// Reads the file in `bytes` as it was mapped; nil if its beginning was not mapped, or if it is not a program.
  init?(_ bytes: MappedBytes, mappings: [MappedFile]) {
    guard let first = mappings.first(where: { $0.offset == 0 }), let machine: UInt16 = bytes.load(at: 18),
      let segments = Self.segments(of: bytes), let head = segments.first(where: { $0.isLoad && $0.segment.offset == 0 })
    else { return nil }
    self.bytes = bytes
    self.machine = machine
    self.segments = segments.filter(\.isLoad).map(\.segment)
    bias = first.range.start.rawValue &- head.segment.start & ~(Self.page - 1)
    let dynamic = segments.first { $0.isDynamic }.map(\.segment)
    relocations = Self.relocations(
      Dynamic(bytes, at: dynamic?.offset, size: dynamic?.fileSize), in: bytes, machine: machine,
      segments: self.segments, bias: bias)
  }

  /// Returns whether the process could write to the page at `address`, at least until the program was linked.
  func isWritable(at address: Address) -> Bool { writableSegment(at: address) != nil }

  private func writableSegment(at address: Address) -> Segment? {
    let place = address.rawValue &- bias
    return segments.first { segment in
      let start = segment.start & ~(Self.page - 1)
      return segment.isWritable && place >= start && place - start < segment.memorySize &+ (segment.start - start)
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
    let from = segment.offset &+ (start &- segment.start)
    let (end, overflow) = segment.offset.addingReportingOverflow(segment.fileSize)
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
  private static func segments(
    of bytes: MappedBytes
  ) -> [(segment: Segment, isLoad: Bool, isDynamic: Bool)]? {
    guard let table: UInt64 = bytes.load(at: 32), let offset = Int(exactly: table), offset < bytes.count,
      let width: UInt16 = bytes.load(at: 54), width >= 56, let count: UInt16 = bytes.load(at: 56),
      count <= segmentLimit
    else { return nil }
    return (0..<Int(count)).compactMap { number in
      guard let row = bytes.bytes(at: offset + number * Int(width), count: 56),
        let kind = row.integer(UInt32.self, at: 0), let flags = row.integer(UInt32.self, at: 4),
        let offset = row.integer(UInt64.self, at: 8), let start = row.integer(UInt64.self, at: 16),
        let fileSize = row.integer(UInt64.self, at: 32), let memorySize = row.integer(UInt64.self, at: 40)
      else { return nil }
      // PF_W is 2, PT_LOAD 1 and PT_DYNAMIC 2.
      let segment = Segment(
        offset: offset, start: start, fileSize: fileSize, memorySize: memorySize, isWritable: flags & 2 != 0)
      return (segment, kind == 1, kind == 2)
    }
  }

  /// The dynamic linker's table, by `d_tag`.
  private struct Dynamic {
    private var values: [UInt64: UInt64] = [:]

    init(_ bytes: MappedBytes, at offset: UInt64?, size: UInt64?) {
      guard let offset = offset.flatMap({ Int(exactly: $0) }), let size, offset < bytes.count else { return }
      for number in 0..<min(LinkedFile.entryLimit, Int(clamping: size) / 16) {
        guard let tag: UInt64 = bytes.load(at: offset &+ number * 16), tag != 0,
          let value: UInt64 = bytes.load(at: offset &+ number * 16 + 8)
        else { break }
        values[tag] = value
      }
    }

    /// `DT_SYMTAB`.
    var symbols: UInt64? { values[6] }
    /// The positions and sizes of the tables of `Elf64_Rela`: `DT_RELA` and `DT_JMPREL`.
    var tables: [(start: UInt64, size: UInt64)] {
      [(values[7], values[8]), (values[23], values[2])].compactMap { start, size in
        guard let start, let size else { return nil }
        return (start, size)
      }
    }
    /// The table of words that are only relocated by the bias: `DT_RELR`.
    var words: (start: UInt64, size: UInt64)? {
      guard let start = values[36], let size = values[35] else { return nil }
      return (start, size)
    }
  }

  /// Returns the offset in the file of the byte at an address of the file.
  private static func offset(of address: UInt64, in segments: [Segment]) -> Int? {
    guard let segment = segments.first(where: { address >= $0.start && address - $0.start < $0.fileSize }) else {
      return nil
    }
    return Int(exactly: segment.offset &+ (address - segment.start))
  }

  private static func relocations(
    _ dynamic: Dynamic, in bytes: MappedBytes, machine: UInt16, segments: [Segment], bias: UInt64
  ) -> [Relocation] {
    let symbols = dynamic.symbols.flatMap { offset(of: $0, in: segments) }
    var found = dynamic.words.map { moved($0.start, $0.size, in: bytes, segments: segments, bias: bias) } ?? []
    for (start, size) in dynamic.tables {
      guard let table = offset(of: start, in: segments) else { continue }
      for number in 0..<min(relocationLimit, Int(clamping: size) / 24) {
        let row = table &+ number * 24
        guard let place: UInt64 = bytes.load(at: row), let info: UInt64 = bytes.load(at: row &+ 8),
          let addend: UInt64 = bytes.load(at: row &+ 16)
        else { break }
        switch Kind(UInt32(truncatingIfNeeded: info), machine: machine) {
        case .relative: found.append(Relocation(place: place, value: bias &+ addend))
        case .symbol:
          guard let symbols, let value = symbol(Int(info >> 32), at: symbols, in: bytes) else { continue }
          found.append(Relocation(place: place, value: bias &+ value &+ addend))
        case nil: continue
        }
      }
    }
    return found.sorted { $0.place < $1.place }
  }

  /// Returns the value of a symbol that the file itself defines (`st_value` if `st_shndx` is set).
  private static func symbol(_ number: Int, at table: Int, in bytes: MappedBytes) -> UInt64? {
    let row = table &+ number &* 24
    guard let section: UInt16 = bytes.load(at: row &+ 6), section != 0 else { return nil }
    return bytes.load(at: row &+ 8)
  }

  /// The kinds of relocation that write a whole address.
  private enum Kind {
    case relative, symbol

    /// Creates the kind for a machine's number: `R_X86_64_64`, `GLOB_DAT`, `JUMP_SLOT` and `RELATIVE`, and the same of
    /// AArch64.
    init?(_ number: UInt32, machine: UInt16) {
      switch (machine, number) {
      case (62, 8), (183, 1027): self = .relative
      case (62, 1), (62, 6), (62, 7), (183, 257), (183, 1025), (183, 1026): self = .symbol
      default: return nil
      }
    }
  }

  /// Returns the words of `DT_RELR`: an address, then bitmaps that say which of the next 63 words are relocated too.
  private static func moved(
    _ start: UInt64, _ size: UInt64, in bytes: MappedBytes, segments: [Segment], bias: UInt64
  ) -> [Relocation] {
    guard let table = offset(of: start, in: segments) else { return [] }
    var found: [Relocation] = []
    func move(_ place: UInt64) {
      guard let old = offset(of: place, in: segments).flatMap({ bytes.load(UInt64.self, at: $0) }) else { return }
      found.append(Relocation(place: place, value: bias &+ old))
    }
    var next: UInt64 = 0
    for number in 0..<(Int(clamping: size) / 8) {
      guard found.count < relocationLimit, let word: UInt64 = bytes.load(at: table &+ number * 8) else { break }
      guard word & 1 == 1 else {
        move(word)
        next = word &+ 8
        continue
      }
      for bit in 0..<63 where word >> (UInt64(bit) + 1) & 1 == 1 { move(next &+ UInt64(bit) * 8) }
      next = next &+ 63 * 8
    }
    return found
  }
}

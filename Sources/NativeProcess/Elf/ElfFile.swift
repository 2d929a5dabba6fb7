package import CElf
package import MemoryImage

/// An ELF file, or the beginning of one as far as it is mapped, read through libelf.
///
/// The format is that of the System V ABI, chapter "Object Files". The file has 64 bits and is little-endian.
@safe
package struct ElfFile: ~Copyable {
  /// The header of the file.
  package let header: GElf_Ehdr
  private let bytes: UnsafeRawBufferPointer
  private let byteCount: Int
  private let handle: OpaquePointer
  /// The object that keeps the bytes mapped.
  private let owner: AnyObject

  /// A part of a file that is invalid.
  package struct Problem: Error {
    /// The name of the part.
    package let place: String
    /// What is wrong with it.
    package let text: String

    init(_ place: String, _ text: String) {
      (self.place, self.text) = (place, text)
    }

    /// Creates a problem that libelf has found.
    package init(_ place: String) {
      self.init(place, unsafe elf_errmsg(-1).map { unsafe String(cString: $0) } ?? "invalid")
    }
  }

  /// Opens a file.
  package init(_ file: MappedBytes) throws(Problem) {
    unsafe try self.init(file.buffer, owner: file)
  }

  /// Opens the image of a file whose beginning is mapped at the start of `range`, as far as its bytes are adjacent in the
  /// dump; nil if there is none. `memory` must outlive it.
  init?(mappedAt range: AddressRange, in memory: AddressSpace) {
    let segments = memory.reader.segments
    guard let index = segments.index(containing: range.start) else { return nil }
    let count = min(range.count, segments.byteCount(from: range.start, in: index))
    // SAFETY: `count` bytes of the segment follow the address.
    let bytes = unsafe UnsafeRawBufferPointer(start: segments.pointer(to: range.start, in: index), count: count)
    guard unsafe Self.isPlausible(bytes), let file = unsafe try? ElfFile(bytes, owner: memory) else { return nil }
    self = file
  }

  @unsafe
  private init(_ bytes: UnsafeRawBufferPointer, owner: AnyObject) throws(Problem) {
    unsafe try Self.checkSectionCount(of: bytes)
    // libelf refuses to work before its caller has stated which version of the format it knows.
    elf_version(UInt32(EV_CURRENT))
    // SAFETY: libelf only reads the bytes, though its type does not say so; `owner` keeps them.
    let start = unsafe UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
    guard let handle = unsafe elf_memory(start, bytes.count) else { throw Problem("ELF header") }
    var header = GElf_Ehdr()
    guard unsafe gelf_getehdr(handle, &header) != nil else {
      unsafe elf_end(handle)
      throw Problem("ELF header")
    }
    unsafe self.handle = handle
    unsafe self.bytes = bytes
    byteCount = bytes.count
    self.owner = owner
    self.header = header
  }

  deinit {
    unsafe elf_end(handle)
  }

  /// Returns whether bytes begin like a 64-bit little-endian ELF file.
  @unsafe
  private static func isPlausible(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let identity = [0x7F, 0x45, 0x4C, 0x46, UInt8(ELFCLASS64), UInt8(ELFDATA2LSB)]
    return unsafe bytes.count >= MemoryLayout<Elf64_Ehdr>.size && bytes.starts(with: identity)
  }

  /// Checks the number of sections. If there are too many for the header's 16 bits, the first section header holds their
  /// number as 64 bits. libelf allocates memory for each, so there may be no more than fit in the file.
  @unsafe
  private static func checkSectionCount(of bytes: UnsafeRawBufferPointer) throws(Problem) {
    guard bytes.count >= MemoryLayout<Elf64_Ehdr>.size else { return }
    // SAFETY: the guards keep both loads inside the bytes.
    let header = unsafe bytes.loadUnaligned(as: Elf64_Ehdr.self)
    let size = MemoryLayout<Elf64_Shdr>.size
    guard header.e_shnum == 0, header.e_shoff != 0, let offset = Int(exactly: header.e_shoff), bytes.count >= size,
      offset <= bytes.count - size
    else { return }
    let section = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Elf64_Shdr.self)
    guard section.sh_size <= UInt64(bytes.count / size) else {
      throw Problem(
        "section header 0 at offset 0x\(String(offset, radix: 16))",
        "expected at most \(bytes.count / size) sections, found \(section.sh_size)")
    }
  }
}

// MARK: - Headers

extension ElfFile {
  /// A limit above the number of program headers of any program or library. Cores have more.
  private static let segmentLimit = 256

  /// The program headers of a program or library; none if there are more than any program has.
  package var segments: [GElf_Phdr] {
    guard header.e_phentsize == MemoryLayout<Elf64_Phdr>.size, header.e_phnum <= Self.segmentLimit else { return [] }
    return (0..<Int(header.e_phnum)).compactMap { segment($0) }
  }

  /// Returns a program header; nil if it is not in the file.
  package func segment(_ number: Int) -> GElf_Phdr? {
    var fields = GElf_Phdr()
    guard let index = Int32(exactly: number), unsafe gelf_getphdr(handle, index, &fields) != nil else { return nil }
    return fields
  }

  /// The number of program headers that the file states, in the first section header if 16 bits do not suffice; nil if that
  /// is not in the file.
  package var statedSegmentCount: Int? {
    guard header.e_phnum == PN_XNUM else { return Int(header.e_phnum) }
    var section = GElf_Shdr()
    guard let first = unsafe elf_getscn(handle, 0), unsafe gelf_getshdr(first, &section) != nil else { return nil }
    return Int(section.sh_info)
  }

  /// Returns the number of program headers that are in the file.
  package func presentSegmentCount() throws(Problem) -> Int {
    var count = 0
    guard unsafe elf_getphdrnum(handle, &count) == 0 else { throw Problem("program headers") }
    return count
  }

  /// Calls `body` with the header of each section, and with one for the section header table.
  package func forEachSection(_ body: (GElf_Shdr) -> Void) {
    var table = GElf_Shdr()
    table.sh_offset = header.e_shoff
    var count = 0
    guard header.e_shoff > 0, unsafe elf_getshdrnum(handle, &count) == 0 else { return }
    table.sh_size = UInt64(count) &* UInt64(header.e_shentsize)
    body(table)
    var section = unsafe elf_nextscn(handle, nil)
    while let current = unsafe section {
      var fields = GElf_Shdr()
      if unsafe gelf_getshdr(current, &fields) != nil { body(fields) }
      unsafe section = elf_nextscn(handle, current)
    }
  }
}

// MARK: - Contents

extension ElfFile {
  /// A note: the name of its owner, its type, and its description.
  package typealias Note = (owner: String, type: UInt32, description: ArraySlice<UInt8>)

  /// Calls `body` with each note of a segment.
  ///
  /// - Throws: `Problem` at a broken note or if the file lacks notes, and what `body` throws.
  package func forEachNote(of segment: GElf_Phdr, _ body: (Note) throws -> Void) throws {
    guard let offset = Int(exactly: segment.p_offset), let size = Int(exactly: segment.p_filesz), offset <= byteCount,
      size <= byteCount - offset
    else { throw Problem("notes", "notes past the end of the file") }
    // Notes are padded to 4 bytes unless the header says 8.
    let kind = segment.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR
    guard let data = unsafe elf_getdata_rawchunk(handle, Int64(offset), size, kind) else { throw Problem("notes") }
    // SAFETY: libelf made the chunk, whose bytes live as long as the handle.
    let chunk = unsafe Array(UnsafeRawBufferPointer(start: data.pointee.d_buf, count: data.pointee.d_size))
    var position = 0
    while position < chunk.count {
      var note = GElf_Nhdr()
      var nameOffset = 0
      var descriptionOffset = 0
      let next = unsafe gelf_getnote(data, position, &note, &nameOffset, &descriptionOffset)
      guard next > position, let name = chunk.slice(at: nameOffset, count: Int(note.n_namesz)),
        let description = chunk.slice(at: descriptionOffset, count: Int(note.n_descsz))
      else { throw Problem("notes", "broken note at offset 0x\(String(offset + position, radix: 16))") }
      try body((String(decoding: name.prefix { $0 != 0 }, as: UTF8.self), note.n_type, description))
      position = next
    }
  }

  /// Returns the rows of the dynamic linker's table in a segment, up to its end mark (`DT_NULL`), at most `limit`.
  func dynamicRows(of segment: GElf_Phdr, limit: Int) -> [(tag: Int64, value: UInt64)] {
    unsafe rows(at: segment.p_offset, size: segment.p_filesz, limit: limit, ELF_T_DYN, MemoryLayout<Elf64_Dyn>.size) {
      var row = GElf_Dyn()
      guard unsafe gelf_getdyn($0, $1, &row) != nil, row.d_tag != DT_NULL else { return nil }
      return unsafe (row.d_tag, row.d_un.d_val)
    }
  }

  /// Returns the relocations in a table, at most `limit`.
  func relocations(at offset: UInt64, size: UInt64, limit: Int) -> [GElf_Rela] {
    unsafe rows(at: offset, size: size, limit: limit, ELF_T_RELA, MemoryLayout<Elf64_Rela>.size) {
      var row = GElf_Rela()
      return unsafe gelf_getrela($0, $1, &row) != nil ? row : nil
    }
  }

  /// Returns symbol `number` of the table at an offset; nil if it is not in the file.
  func symbol(_ number: UInt32, at offset: UInt64) -> GElf_Sym? {
    let size = UInt64(MemoryLayout<Elf64_Sym>.size)
    let (place, overflow) = offset.addingReportingOverflow(UInt64(number) * size)
    guard !overflow else { return nil }
    return load(at: place)
  }

  /// Returns the value at an offset of the file; nil if it is not in the file.
  func load<Value: BitwiseCopyable>(_ type: Value.Type = Value.self, at offset: UInt64) -> Value? {
    guard let offset = Int(exactly: offset), offset <= byteCount, MemoryLayout<Value>.size <= byteCount - offset else {
      return nil
    }
    // SAFETY: the guard.
    return unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Value.self)
  }

  /// Returns the rows of a table that are in the file, up to the first for which `read` returns nil.
  @unsafe
  private func rows<Row>(
    at offset: UInt64, size: UInt64, limit: Int, _ kind: Elf_Type, _ rowSize: Int,
    _ read: (UnsafeMutablePointer<Elf_Data>, Int32) -> Row?
  ) -> [Row] {
    guard let start = Int(exactly: offset), start < byteCount else { return [] }
    let count = min(min(Int(clamping: size), byteCount - start) / rowSize, limit)
    guard count > 0, let data = unsafe elf_getdata_rawchunk(handle, Int64(start), count * rowSize, kind) else { return [] }
    var rows: [Row] = []
    for number in 0..<count {
      // SAFETY: the chunk has `count` rows.
      guard let row = unsafe read(data, Int32(number)) else { break }
      rows.append(row)
    }
    return rows
  }
}

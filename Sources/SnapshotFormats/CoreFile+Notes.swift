import CElf
import MemoryImage

extension CoreFile {
  /// The most bytes of notes that are read, in all: a thousand threads have some 3 MB. More can only be an attempt to
  /// keep us busy, with many headers for the same bytes.
  static let noteLimit: UInt64 = 256 << 20

  /// The files that the process had mapped, as the note NT_FILE names them. What cannot be read is a warning: the
  /// memory is of use without names.
  func mappedFiles(namedBy segments: [ProgramHeader], warnings: inout [String]) throws -> [MappedFile] {
    var files: [MappedFile] = []
    var rest = Self.noteLimit
    for segment in segments where segment.isNote && segment.fields.p_filesz > 0 {
      guard segment.fields.p_filesz <= rest else {
        warnings.append(
          "\(path.onOneLine): \(segment.place): more than \(Self.noteLimit) bytes of notes, the rest is left out")
        break
      }
      rest -= segment.fields.p_filesz
      do {
        try forEachNote(of: segment) { name, type, description in
          guard type == UInt32(NT_FILE), name == "CORE" else { return }
          files += try parsedFiles(description, place: segment.place)
        }
      } catch let error as SnapshotError {
        warnings.append("\(error.description), the names of mapped files are left out")
      }
    }
    return files
  }
}

extension CoreFile {
  /// Calls `body` with the owner's name, the type and the description of each note.
  func forEachNote(of segment: ProgramHeader, _ body: (String, UInt32, ArraySlice<UInt8>) throws -> Void) throws {
    let fields = segment.fields
    guard let offset = Int64(exactly: fields.p_offset), let size = Int(exactly: fields.p_filesz),
      offset <= Int64(bytes.count), size <= bytes.count - Int(offset)
    else { throw SnapshotError.malformed(path: path, place: segment.place, problem: "notes past the end of the file") }
    // Notes are padded to 4 bytes but where the header says 8.
    let kind = fields.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR
    guard let data = unsafe elf_getdata_rawchunk(handle, offset, size, kind) else {
      throw Self.malformed(path, segment.place)
    }
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
      else {
        throw SnapshotError.malformed(
          path: path, place: segment.place, problem: "broken note at offset \((Int(offset) + position).hexadecimal)")
      }
      try body(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self), note.n_type, description)
      position = next
    }
  }

  /// The entries of a note NT_FILE, whose layout `fill_files_note` in Linux' `fs/binfmt_elf.c` tells: their number, the
  /// page size, start, end and offset in pages of each, then the paths, each ended by a zero.
  private func parsedFiles(_ note: ArraySlice<UInt8>, place: String) throws -> [MappedFile] {
    let problem = SnapshotError.malformed(path: path, place: place, problem: "broken note NT_FILE")
    let headerSize = 16
    let entrySize = 24
    guard let count = note.word(at: 0), let pageSize = note.word(at: 8),
      count <= UInt64((note.count - headerSize) / entrySize)
    else { throw problem }
    var names = note.dropFirst(headerSize + Int(count) * entrySize)
    var files: [MappedFile] = []
    for index in 0..<Int(count) {
      let entry = headerSize + index * entrySize
      guard let end = names.firstIndex(of: 0), let first = note.word(at: entry), let last = note.word(at: entry + 8),
        let page = note.word(at: entry + 16), let range = AddressRange(start: Address(first), end: Address(last))
      else { throw problem }
      let (offset, overflow) = page.multipliedReportingOverflow(by: pageSize)
      guard !overflow else { throw problem }
      files.append(MappedFile(range: range, offset: offset, path: String(decoding: names[..<end], as: UTF8.self)))
      names = names[(end + 1)...]
    }
    return files
  }
}

extension RandomAccessCollection where Element == UInt8, Index == Int {
  /// The `count` bytes from `position`, counted from the first, or nil if there are not so many.
  func slice(at position: Int, count: Int) -> SubSequence? {
    guard position >= 0, count >= 0, position <= self.count, count <= self.count - position else { return nil }
    return self[(startIndex + position)..<(startIndex + position + count)]
  }

  /// The little-endian number at `position`, counted from the first byte, or nil if it does not lie inside.
  func word(at position: Int) -> UInt64? {
    slice(at: position, count: 8)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

import CElf
import MemoryImage

extension CoreFile {
  /// The most bytes of notes that are read in all: a thousand threads have some 3 MB. More can only be an attack with many
  /// headers for the same bytes.
  static let noteLimit: UInt64 = 256 << 20

  /// Reads the notes: the mapped files (NT_FILE) and the process. A note that cannot be read is a warning, as the memory is
  /// useful even without names.
  func notes(of segments: [ProgramHeader], warnings: inout [String]) throws -> CoreNotes {
    var notes = CoreNotes(machine: Int32(header.e_machine))
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
          notes.noteOwner(name)
          guard name == "CORE" else { return }
          guard let problem = notes.take(type: type, description) else { return }
          throw SnapshotError.malformed(path: path, place: segment.place, problem: problem)
        }
      } catch let error as SnapshotError {
        warnings.append("\(error.description), what the notes behind it tell is left out")
      }
    }
    return notes
  }
}

private extension CoreFile {
  /// Calls `body` with the owner's name, the type and the description of each note.
  func forEachNote(of segment: ProgramHeader, _ body: (String, UInt32, ArraySlice<UInt8>) throws -> Void) throws {
    let fields = segment.fields
    guard let offset = Int64(exactly: fields.p_offset), let size = Int(exactly: fields.p_filesz),
      offset <= Int64(bytes.count), size <= bytes.count - Int(offset)
    else { throw SnapshotError.malformed(path: path, place: segment.place, problem: "notes past the end of the file") }
    // Notes are padded to 4 bytes unless the header says 8.
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
}

import CElf
import MemoryImage
import NativeProcess

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
        do {
          try elf.forEachNote(of: segment.fields) { note in
            notes.noteOwner(note.owner)
            guard note.owner == "CORE" else { return }
            guard let problem = notes.take(type: note.type, note.description) else { return }
            throw SnapshotError.malformed(path: path, place: segment.place, problem: problem)
          }
        } catch let problem as ElfFile.Problem {
          throw malformed(segment.place, problem)
        }
      } catch let error as SnapshotError {
        warnings.append("\(error.description), what the notes behind it tell is left out")
      }
    }
    return notes
  }
}

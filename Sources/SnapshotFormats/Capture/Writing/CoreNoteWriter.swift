import CElf
import MemoryImage
import NativeProcess

/// A writer of what `CoreNotes` reads: the notes of a core, in the order in which the kernel writes them.
struct CoreNoteWriter {
  let process: ProcessFacts
  let files: [MappedFile]
  let pageSize: Int

  /// The notes, one after the other, each padded to four bytes.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for (index, thread) in process.threads.enumerated() {
      if !thread.registers.isEmpty { bytes += Self.note(NT_PRSTATUS, status(of: thread)) }
      if index == 0 { bytes += processNotes }
      if !thread.floatingPoint.isEmpty { bytes += Self.note(NT_FPREGSET, thread.floatingPoint) }
    }
    return process.threads.isEmpty ? processNotes : bytes
  }

  private var processNotes: [UInt8] {
    var bytes = Self.note(NT_PRPSINFO, information)
    let vector = process.auxiliaryVector.map { ($0.type, $0.value) } + [(0, 0)]
    bytes += Self.note(NT_AUXV, vector.flatMap { $0.littleEndianBytes + $1.littleEndianBytes })
    return bytes + Self.note(NT_FILE, fileTable)
  }

  private static func note(_ type: Int32, _ description: [UInt8]) -> [UInt8] {
    let owner = Array("CORE\0".utf8)
    return UInt32(owner.count).littleEndianBytes + UInt32(description.count).littleEndianBytes
      + UInt32(bitPattern: type).littleEndianBytes + padded(owner) + padded(description)
  }

  private static func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
  }

  /// Returns a `struct elf_prstatus`: the signal, the ids, four times that are unknown, the registers, and whether there are
  /// floating-point registers.
  private func status(of thread: ThreadFacts) -> [UInt8] {
    var bytes = Int32(thread.signal).littleEndianBytes + [UInt8](repeating: 0, count: 8)
    bytes += Int16(thread.signal).littleEndianBytes + [UInt8](repeating: 0, count: 18)
    bytes += thread.id.littleEndianBytes + (process.parentID ?? 0).littleEndianBytes
    bytes += process.processGroup.littleEndianBytes + process.session.littleEndianBytes
    bytes += [UInt8](repeating: 0, count: 64) + thread.registers.flatMap(\.littleEndianBytes)
    return bytes + UInt32(thread.floatingPoint.isEmpty ? 0 : 1).littleEndianBytes + UInt32(0).littleEndianBytes
  }

  /// `struct elf_prpsinfo`.
  private var information: [UInt8] {
    let letters = Array("RSDTZW".utf8)
    let state = letters.firstIndex(of: process.state) ?? 0
    var bytes = [UInt8(state), process.state, process.state == UInt8(ascii: "Z") ? 1 : 0, 0]
    bytes += [UInt8](repeating: 0, count: 12)
    bytes += (process.userID ?? 0).littleEndianBytes + (process.groupID ?? 0).littleEndianBytes
    bytes += (process.id ?? 0).littleEndianBytes + (process.parentID ?? 0).littleEndianBytes
    bytes += process.processGroup.littleEndianBytes + process.session.littleEndianBytes
    return bytes + Self.text(process.command ?? "", size: 16) + Self.text(process.commandLine ?? "", size: 80)
  }

  /// Returns the text with a terminating zero, truncated if it does not fit.
  private static func text(_ text: String, size: Int) -> [UInt8] {
    let bytes = Array(ForeignText.bytes(of: text).prefix(size - 1))
    return bytes + [UInt8](repeating: 0, count: size - bytes.count)
  }

  /// The note NT_FILE: see `CoreNotes.takeFiles`.
  private var fileTable: [UInt8] {
    var bytes = UInt64(files.count).littleEndianBytes + UInt64(pageSize).littleEndianBytes
    for file in files {
      bytes += file.range.start.rawValue.littleEndianBytes + file.range.end.rawValue.littleEndianBytes
      bytes += (file.offset / UInt64(pageSize)).littleEndianBytes
    }
    for file in files { bytes += ForeignText.bytes(of: file.path) + [0] }
    return bytes
  }
}

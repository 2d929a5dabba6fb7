import CElf
import MemoryImage
import NativeProcess

/// The contents of a core's notes, collected as they are read.
///
/// Their layouts are those of `struct elf_prstatus`, `elf_prpsinfo` and `fill_files_note` in Linux'
/// `include/linux/elfcore.h` and `fs/binfmt_elf.c`, for 64-bit machines.
struct CoreNotes {
  /// The files that the process had mapped.
  private(set) var files: [MappedFile] = []
  /// The information about the process.
  private(set) var process = ProcessFacts()
  /// Whether the core is of a whole machine, as its kernel (`kernel/vmcore_info.c`) or QEMU (`dump/dump.c`) writes it.
  private(set) var isOfMachine = false
  private let registers: RegisterLayout

  init(machine: Int32) {
    registers = RegisterLayout(machine: machine)
  }

  /// Records the owner of a note.
  mutating func noteOwner(_ name: String) {
    if name == "VMCOREINFO" || name == "QEMU" { isOfMachine = true }
  }

  /// Reads a note of owner `CORE`. Returns what is wrong with it, or nil.
  mutating func take(type: UInt32, _ note: ArraySlice<UInt8>) -> String? {
    switch Int32(bitPattern: type) {
    case NT_PRSTATUS: return takeStatus(note) ? nil : "broken note NT_PRSTATUS"
    case NT_PRPSINFO: return takeProcess(note) ? nil : "broken note NT_PRPSINFO"
    case NT_AUXV:
      process.auxiliaryVector = AuxiliaryEntry.entries(in: note)
      return nil
    case NT_SIGINFO:
      if process.signal?.code == nil, let signal = SignalFacts(signalInfo: note) { process.signal = signal }
      return nil
    case NT_FILE: return takeFiles(note) ? nil : "broken note NT_FILE"
    default: return nil
    }
  }
}

private extension CoreNotes {
  /// A limit above the number of threads that a process can have by default (`/proc/sys/kernel/threads-max`).
  static let threadLimit = 1 << 20
  static let registerOffset = 112

  mutating func takeStatus(_ note: ArraySlice<UInt8>) -> Bool {
    guard let signal = note.integer(Int16.self, at: 12), let id = note.integer(Int32.self, at: 32),
      note.count >= Self.registerOffset + registers.count * 8
    else { return false }
    guard process.threads.count < Self.threadLimit else { return true }
    let values = (0..<registers.count).compactMap { note.integer(UInt64.self, at: Self.registerOffset + $0 * 8) }
    process.threads.append(ThreadFacts(id: id, signal: Int32(signal), registers: values, layout: registers))
    // The kernel puts the thread that received the signal first.
    if process.threads.count == 1, SignalFacts.isDeadly(Int32(signal)), process.signal == nil {
      process.signal = SignalFacts(number: Int32(signal))
    }
    return true
  }

  mutating func takeProcess(_ note: ArraySlice<UInt8>) -> Bool {
    guard let user = note.integer(UInt32.self, at: 16), let group = note.integer(UInt32.self, at: 20),
      let id = note.integer(Int32.self, at: 24), let parent = note.integer(Int32.self, at: 28),
      let name = note.text(at: 40, limit: 16), let line = note.text(at: 56, limit: 80)
    else { return false }
    process.userID = user
    process.groupID = group
    process.id = id
    process.parentID = parent
    process.command = name
    // The kernel adds a blank after each argument.
    process.commandLine = String(line.reversed().drop { $0 == " " }.reversed())
    return true
  }

  /// Reads the note NT_FILE: the number of entries and the page size; the start, end and offset in pages of each entry; then
  /// the paths, each terminated by a zero.
  mutating func takeFiles(_ note: ArraySlice<UInt8>) -> Bool {
    let headerSize = 16
    let entrySize = 24
    guard let count = note.integer(UInt64.self, at: 0), let pageSize = note.integer(UInt64.self, at: 8),
      count <= UInt64((note.count - headerSize) / entrySize)
    else { return false }
    var names = note.dropFirst(headerSize + Int(count) * entrySize)
    var files: [MappedFile] = []
    for index in 0..<Int(count) {
      let entry = headerSize + index * entrySize
      guard let end = names.firstIndex(of: 0), let first = note.integer(UInt64.self, at: entry),
        let last = note.integer(UInt64.self, at: entry + 8), let page = note.integer(UInt64.self, at: entry + 16),
        let range = AddressRange(start: Address(first), end: Address(last))
      else { return false }
      let (offset, overflow) = page.multipliedReportingOverflow(by: pageSize)
      guard !overflow else { return false }
      files.append(MappedFile(range: range, offset: offset, path: ForeignText.text(utf8: names[..<end])))
      names = names[(end + 1)...]
    }
    self.files += files
    return true
  }
}

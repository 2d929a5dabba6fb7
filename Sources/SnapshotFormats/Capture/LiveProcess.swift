import CElf
import CPtrace
import Glibc
import MemoryImage

/// What the kernel tells of a process that stands still, or runs: its mappings and what the notes of a core say.
struct LiveProcess {
  /// The mappings, ascending.
  let maps: ProcessMaps
  /// What is known of the process and its threads.
  let facts: ProcessFacts

  /// Asks about the process `pid`.
  ///
  /// - Parameters:
  ///   - thread: one of its threads that has not ended; the main thread may have.
  ///   - threads: those that stand still, whose registers can be read; must be asked for by the thread that stopped
  ///     them.
  /// - Throws: `CaptureError` if it has ended or we may not ask.
  init(pid: Int32, thread: Int32, threads: [Int32]) throws {
    maps = try Self.maps(of: pid, thread: thread)
    var facts = ProcessFacts()
    facts.id = pid
    facts.auxiliaryVector = AuxiliaryEntry.entries(in: ((try? SystemFile.bytes("/proc/\(thread)/auxv")) ?? [])[...])
    facts.takeStatus(SystemFile.text("/proc/\(pid)/status") ?? "")
    facts.takeState(SystemFile.text("/proc/\(pid)/stat") ?? "")
    let words = ((try? SystemFile.bytes("/proc/\(thread)/cmdline")) ?? []).split(separator: 0)
    facts.commandLine = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    // The main thread is first, as in a core of the kernel where nothing else decides.
    facts.threads = threads.sorted { ($0 == pid ? 0 : $0) < ($1 == pid ? 0 : $1) }.map(Self.thread)
    self.facts = facts
  }

  /// The files that are mapped, as NT_FILE lists them.
  var files: [MappedFile] {
    maps.mappings.compactMap { mapping in
      guard mapping.inode != 0, let name = mapping.name else { return nil }
      return MappedFile(
        range: mapping.range, offset: mapping.offset, path: mapping.isDeleted ? name + " (deleted)" : name)
    }
  }
}

private extension LiveProcess {
  static func maps(of pid: Int32, thread: Int32) throws -> ProcessMaps {
    let text: String
    do {
      text = String(decoding: try SystemFile.bytes("/proc/\(thread)/maps"), as: UTF8.self)
    } catch {
      guard error.code != ENOENT, error.code != ESRCH else { throw CaptureError.processEnded(pid: pid) }
      throw CaptureError.notPermitted(pid: pid, reason: PermissionReason(pid: pid, errno: error.code))
    }
    guard !text.isEmpty else { throw CaptureError.noMemory(pid: pid) }
    return ProcessMaps(parsing: text)
  }

  static func thread(_ id: Int32) -> ThreadFacts {
    let layout = RegisterLayout.ofThisMachine
    let general = registers(NT_PRSTATUS, of: id, limit: layout.count * 8)
    return ThreadFacts(
      id: id, signal: 0, registers: (0..<(general.count / 8)).compactMap { general.integer(UInt64.self, at: $0 * 8) },
      layout: layout, floatingPoint: registers(NT_FPREGSET, of: id, limit: 1024))
  }

  static func registers(_ set: Int32, of thread: Int32, limit: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      // SAFETY: the kernel writes at most `limit` bytes, and returns how many.
      count = max(0, unsafe tracer_registers(thread, set, buffer.baseAddress, limit))
    }
  }
}

private extension ProcessFacts {
  /// Takes the user and group from the text of `/proc/PID/status`.
  mutating func takeStatus(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
      guard words.count > 1 else { continue }
      if words[0] == "Uid:" { userID = UInt32(words[1]) }
      if words[0] == "Gid:" { groupID = UInt32(words[1]) }
    }
  }

  /// Takes the name, state, parent, group and session from the text of `/proc/PID/stat` (`proc_pid_stat(5)`).
  mutating func takeState(_ text: String) {
    // The name stands in parentheses and may hold any character.
    guard let begin = text.firstIndex(of: "("), let end = text.lastIndex(of: ")"), begin < end else { return }
    command = String(text[text.index(after: begin)..<end])
    let words = text[text.index(after: end)...].split(separator: " ")
    guard words.count > 3 else { return }
    state = words[0].utf8.first ?? state
    parentID = Int32(words[1])
    processGroup = Int32(words[2]) ?? 0
    session = Int32(words[3]) ?? 0
  }
}

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
  ///   - threads: its threads, where they stand still.
  /// - Throws: `CaptureError` if it has ended or we may not ask.
  init(pid: Int32, thread: Int32, threads: [ThreadFacts]) throws {
    maps = try Self.maps(of: pid, thread: thread)
    var facts = ProcessFacts()
    facts.id = pid
    facts.auxiliaryVector = AuxiliaryEntry.entries(in: ((try? SystemFile.bytes("/proc/\(thread)/auxv")) ?? [])[...])
    facts.takeStatus(SystemFile.text("/proc/\(pid)/status") ?? "")
    facts.takeState(SystemFile.text("/proc/\(pid)/stat") ?? "")
    let words = ((try? SystemFile.bytes("/proc/\(thread)/cmdline")) ?? []).split(separator: 0)
    facts.commandLine = words.map { ForeignText.text(utf8: $0) }.joined(separator: " ")
    // The main thread is first, as in a core of the kernel where nothing else decides.
    facts.threads = threads.sorted { ($0.id == pid ? 0 : $0.id) < ($1.id == pid ? 0 : $1.id) }
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

extension LiveProcess {
  /// Whether the process supplies pages of its own itself, which it cannot while it stands still (`userfaultfd(2)`).
  static func hasUserfaultfd(thread: Int32) -> Bool {
    let folder = "/proc/\(thread)/fd"
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return (descriptor.entryNames() ?? []).contains { name in
      unsafe withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer in
        // SAFETY: the kernel writes at most as many bytes as the buffer has.
        guard let start = buffer.baseAddress else { return false }
        let count = unsafe readlinkat(descriptor, name, start, buffer.count)
        return unsafe count > 0 && buffer.prefix(count).elementsEqual("anon_inode:[userfaultfd]".utf8)
      }
    }
  }
}

private extension LiveProcess {
  static func maps(of pid: Int32, thread: Int32) throws -> ProcessMaps {
    let text: String
    do {
      text = ForeignText.text(utf8: try SystemFile.bytes("/proc/\(thread)/maps"))
    } catch {
      guard error.code != ENOENT, error.code != ESRCH else { throw CaptureError.processEnded(pid: pid) }
      throw CaptureError.notPermitted(pid: pid, reason: PermissionReason(pid: pid, errno: error.code))
    }
    guard !text.isEmpty else { throw CaptureError.noMemory(pid: pid) }
    return ProcessMaps(parsing: text)
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

  /// Takes the name, state, parent, group, session and start from the text of `/proc/PID/stat` (`proc_pid_stat(5)`).
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
    startTime = words.count > 19 ? UInt64(words[19]) : nil
  }
}

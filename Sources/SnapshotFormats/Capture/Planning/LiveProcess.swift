import Glibc
import MemoryImage
import NativeProcess

/// The kernel's information about a stopped or running process: its mappings, and the contents of a core's notes.
struct LiveProcess {
  /// The mappings in ascending order.
  let maps: ProcessMaps
  /// The properties of the process and its threads.
  let facts: ProcessFacts

  /// Reads the information about process `pid`.
  ///
  /// - Parameters:
  ///   - thread: a thread of it that has not ended, as the main thread may have.
  ///   - threads: its threads, if they are stopped.
  /// - Throws: `CaptureError` if it has ended or may not be inspected.
  init(pid: Int32, thread: Int32, threads: [ThreadFacts]) throws {
    maps = try Self.maps(of: pid, thread: thread)
    var facts = ProcessFacts()
    facts.id = pid
    facts.auxiliaryVector = AuxiliaryEntry.entries(in: ((try? SystemFile.bytes("/proc/\(thread)/auxv")) ?? [])[...])
    facts.takeStatus(SystemFile.text("/proc/\(pid)/status") ?? "")
    facts.takeState(SystemFile.text("/proc/\(pid)/stat") ?? "")
    let words = ((try? SystemFile.bytes("/proc/\(thread)/cmdline")) ?? []).split(separator: 0)
    facts.commandLine = words.map { ForeignText.text(utf8: $0) }.joined(separator: " ")
    // The main thread comes first, as in a core of the kernel when no signal decides.
    facts.threads = threads.sorted { ($0.id == pid ? 0 : $0.id) < ($1.id == pid ? 0 : $1.id) }
    self.facts = facts
  }

  /// The mapped files, as NT_FILE lists them.
  var files: [MappedFile] {
    maps.mappings.compactMap { mapping in
      guard mapping.inode != 0, let name = mapping.name else { return nil }
      return MappedFile(
        range: mapping.range, offset: mapping.offset, path: mapping.isDeleted ? name + " (deleted)" : name)
    }
  }
}

extension LiveProcess {
  /// Returns whether the process supplies some of its own pages (`userfaultfd(2)`), which it cannot do while it is stopped.
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
  /// Reads the user and group from the text of `/proc/PID/status`.
  mutating func takeStatus(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
      guard words.count > 1 else { continue }
      if words[0] == "Uid:" { userID = UInt32(words[1]) }
      if words[0] == "Gid:" { groupID = UInt32(words[1]) }
    }
  }

  /// Reads the name, state, parent, group, session and start time from the text of `/proc/PID/stat` (`proc_pid_stat(5)`).
  mutating func takeState(_ text: String) {
    // The name is in parentheses and may contain any character.
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

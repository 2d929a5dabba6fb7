import Glibc

/// A process all of whose threads stand still, until `resume` is called from the thread that stopped it.
///
/// The process runs on even if we are killed meanwhile: tracing ends with the tracer, and no SIGSTOP is sent that
/// somebody would have to take back.
struct StoppedProcess: ~Copyable {
  /// The process's id.
  let id: Int32
  /// The threads that were stopped, or should have been.
  private(set) var threads: [TracedThread] = []
  /// The threads that do not stop: they sleep in the kernel and will touch no memory before they come back.
  private(set) var stuckThreads: [Int32] = []

  /// How long to wait for a thread to stop; the others stand still meanwhile.
  static let patience = Duration.seconds(1)

  /// Stops all threads of a process.
  ///
  /// - Throws: `CaptureError` if there is no such process or we may not trace it.
  init(id: Int32) throws {
    self.id = id
    do {
      try stopAllThreads()
    } catch {
      resume()
      throw error
    }
  }

  /// Lets all threads run on, each with the signal that it was about to receive.
  mutating func resume() {
    for index in threads.indices { threads[index].release() }
    threads = []
  }
}

private extension StoppedProcess {
  mutating func stopAllThreads() throws {
    var known: Set<Int32> = []
    // A thread that is not stopped yet may start others: look until there are no new ones.
    while true {
      let newcomers = try Self.threadIDs(of: id).filter { known.insert($0).inserted }
      if newcomers.isEmpty { break }
      try stop(newcomers)
    }
    guard !threads.isEmpty else { throw CaptureError.noMemory(pid: id) }
  }

  mutating func stop(_ ids: [Int32]) throws {
    var waiting: [TracedThread] = []
    defer { threads += waiting }
    for id in ids {
      do {
        let thread = try TracedThread(seizing: id)
        thread.interrupt()
        waiting.append(thread)
      } catch {
        // A thread that has ended since it was listed is fine; so is a main thread that has ended before the others.
        if error.code == ESRCH || Self.hasEnded(thread: id, of: self.id) { continue }
        throw CaptureError.notPermitted(pid: self.id, reason: PermissionReason(pid: self.id, errno: error.code))
      }
    }
    let deadline = ContinuousClock.now + Self.patience
    for index in waiting.indices.reversed() {
      switch wait(for: &waiting[index], until: deadline) {
      case .stopped: break
      case .gone: waiting.remove(at: index)
      case .running: stuckThreads.append(waiting[index].id)
      }
    }
  }

  /// Polls until the thread has stopped or ended. Blocking in `waitpid` could hang: the end of a main thread is not
  /// told before the last of the others has ended.
  func wait(for thread: inout TracedThread, until deadline: ContinuousClock.Instant) -> TracedThread.State {
    var pause: UInt32 = 20
    while true {
      let state = thread.poll()
      guard state == .running else { return state }
      if pause >= 1000 {
        if Self.hasEnded(thread: thread.id, of: id) { return .gone }
        if ContinuousClock.now >= deadline { return .running }
      }
      usleep(pause)
      pause = min(2 * pause, 2000)
    }
  }

  static func threadIDs(of pid: Int32) throws -> [Int32] {
    guard let directory = unsafe opendir("/proc/\(pid)/task") else { throw CaptureError.noSuchProcess(pid: pid) }
    defer { unsafe closedir(directory) }
    var ids: [Int32] = []
    while let entry = unsafe readdir(directory) {
      if let id = Int32(unsafe entry.name) { ids.append(id) }
    }
    return ids
  }

  /// Whether the thread is a zombie or not there at all.
  static func hasEnded(thread: Int32, of pid: Int32) -> Bool {
    guard let text = SystemFile.text("/proc/\(pid)/task/\(thread)/stat") else { return true }
    // The state follows the program's name, which stands in parentheses and may hold any.
    guard let end = text.lastIndex(of: ")") else { return true }
    let state = text[end...].dropFirst(2).first
    return state == "Z" || state == "X"
  }
}

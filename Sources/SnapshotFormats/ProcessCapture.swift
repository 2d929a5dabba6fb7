import Glibc
import MemoryImage

/// Takes a dump of a running process.
package enum ProcessCapture {
  /// Writes the readable private memory of a process as a directory of regions, a file `mem.START.END.bin` for each.
  ///
  /// The process stands still meanwhile, and runs on whatever happens to us. It is stopped and released by the calling
  /// thread. After an error nothing is left of the directory.
  ///
  /// - Parameters:
  ///   - pid: the process.
  ///   - path: a directory that does not exist yet, or an empty one.
  ///   - owner: who gets the files; whoever runs us if nil.
  /// - Throws: `CaptureError`.
  package static func writeDirectory(pid: Int32, path: String, owner: FileOwner?) throws -> CaptureSummary {
    guard pid > 0, unsafe access("/proc/\(pid)", F_OK) == 0 else { throw CaptureError.noSuchProcess(pid: pid) }
    guard pid != getpid() else { throw CaptureError.notPermitted(pid: pid, reason: .ownProcess) }
    let directory = try CaptureDirectory(path: path)
    do {
      var summary = try copyStopped(pid: pid, to: directory)
      if let owner { give(directory, to: owner, summary: &summary) }
      return summary
    } catch {
      directory.remove()
      throw error
    }
  }
}

extension ProcessCapture {
  /// Copies one mapping, in as many files as the pages that cannot be read leave of it. Such pages lie in the midst of
  /// mappings: the guards of thread stacks (`MADV_GUARD_INSTALL`), and what lies behind the end of a mapped file.
  static func copy(
    _ range: AddressRange, of memory: borrowing ProcessMemory, to directory: CaptureDirectory,
    summary: inout CaptureSummary
  ) throws {
    var position = range.start
    var isInHole = false
    while let rest = AddressRange(start: position, end: range.end) {
      let run = try copyRun(rest, of: memory, to: directory)
      position = position + run
      if run > 0 {
        summary.regionCount += 1
        summary.byteCount += run
        isInHole = false
      }
      guard position < range.end else { return }
      if !isInHole { summary.holeCount += 1 }
      isInHole = true
      summary.holeByteCount += ProcessMemory.pageSize
      position = position + ProcessMemory.pageSize
    }
  }
}

private extension ProcessCapture {
  static func copyStopped(pid: Int32, to directory: CaptureDirectory) throws -> CaptureSummary {
    var summary = CaptureSummary()
    let start = ContinuousClock.now
    do {
      var process = try StoppedProcess(id: pid)
      defer { process.resume() }
      summary.threadCount = process.threads.count
      summary.warnings = process.stuckThreads.map {
        "process \(pid): thread \($0) sleeps in the kernel and did not stop, its stack may be a moment older"
      }
      // The main thread may have ended before the others, and its memory is gone with it.
      let thread = process.threads.first?.id ?? pid
      let maps = try maps(of: pid, thread: thread)
      if maps.unknownLineCount > 0 {
        let count = maps.unknownLineCount
        summary.warnings.append("process \(pid): \(count) lines of /proc/\(pid)/maps are not understood")
      }
      let memory = ProcessMemory(pid: pid, thread: thread)
      for mapping in maps.mappings where mapping.isWorthCopying {
        try copy(mapping.range, of: memory, to: directory, summary: &summary)
      }
    }
    summary.pause = ContinuousClock.now - start
    guard summary.regionCount > 0 else { throw CaptureError.nothingReadable(pid: pid) }
    return summary
  }

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

  /// Copies from the start of `range` to the first page that cannot be read, and returns how many bytes. No file is
  /// made where there are none.
  static func copyRun(
    _ range: AddressRange, of memory: borrowing ProcessMemory, to directory: CaptureDirectory
  ) throws -> Int {
    var file: CaptureFile?
    var count = 0
    while count < range.count {
      let got = unsafe try memory.read(at: (range.start + count).rawValue, limit: range.count - count) { bytes in
        if file == nil { file = try directory.makeFile(for: range) }
        unsafe try file?.append(bytes)
      }
      if got == 0 { break }
      count += got
    }
    if let file = file.take() { try directory.finish(file) }
    return count
  }

  static func give(_ directory: CaptureDirectory, to owner: FileOwner, summary: inout CaptureSummary) {
    do {
      try directory.give(to: owner)
    } catch {
      // A dump that belongs to root is better than none.
      summary.warnings.append("\(error), the files were not given to user \(owner.user)")
    }
  }
}

import Glibc
import MemoryImage
import Synchronization

/// The process under capture from the plan to the last byte copied. It is stopped for all that time, unless the options say
/// to copy it running.
struct ProcessCopy {
  /// The information about the process.
  let process: LiveProcess
  /// The parts to copy.
  let plan: CapturePlan

  /// A destination of copied bytes. Several threads call it at once, for bytes that do not overlap.
  protocol Target: Sendable {
    /// Returns the memory into which to read `count` bytes of a region from `offset`; nil if they are to be passed to
    /// `write`.
    func room(region: Int, offset: Int, count: Int) -> UnsafeMutableRawBufferPointer?
    /// Writes bytes of a region, from `offset` in it.
    func write(_ bytes: UnsafeRawBufferPointer, region: Int, offset: Int) throws
  }

  /// Stops a process, makes the plan, has `makeTarget` prepare, copies, and resumes the process in all cases.
  ///
  /// - Throws: `CaptureError`, and what the target throws.
  static func make<Destination: Target>(
    pid: Int32, options: CaptureOptions, summary: inout CaptureSummary,
    makeTarget: (ProcessCopy) throws -> Destination
  ) throws -> (ProcessCopy, Destination) {
    guard pid > 0, unsafe access("/proc/\(pid)", F_OK) == 0 else { throw CaptureError.noSuchProcess(pid: pid) }
    guard pid != getpid() else { throw CaptureError.notPermitted(pid: pid, reason: .ownProcess) }
    guard options.stops else {
      summary.warnings.append("process \(pid): was read while it ran, the picture may be torn")
      return try make(pid: pid, stopped: nil, options: options, summary: &summary, makeTarget)
    }
    let signals = DeferredSignals(.all)
    defer { withExtendedLifetime(signals) {} }
    let process = try StoppedProcess(id: pid, limit: options.maxPause)
    summary.threadCount = process.threads.count
    summary.warnings += process.stuckThreads.map {
      "process \(pid): thread \($0) sleeps in the kernel and did not stop, its stack may be a moment older"
    }
    let made = Swift.Result { try make(pid: pid, stopped: process, options: options, summary: &summary, makeTarget) }
    summary.pause = process.pause
    try DeferredSignals.check()
    // If the process ran before the last byte was copied, that is the error to report.
    try process.check()
    return try made.get()
  }
}

extension ProcessCopy {
  /// The number of bytes that a core copies at a time: large enough to be efficient, small enough to notice a Ctrl-C.
  static let pieceSize = 8 << 20
}

private extension ProcessCopy {
  /// The size of a read buffer in bytes. Larger reads leave the processor's cache before they are written.
  static let bufferSize = 1 << 20

  static func make<Destination: Target>(
    pid: Int32, stopped: StoppedProcess?, options: CaptureOptions, summary: inout CaptureSummary,
    _ makeTarget: (ProcessCopy) throws -> Destination
  ) throws -> (ProcessCopy, Destination) {
    // If the main thread has ended before the others, its memory cannot be read.
    let thread = stopped?.threads.first?.id ?? pid
    let process = try LiveProcess(pid: pid, thread: thread, threads: stopped?.threads ?? [])
    if process.maps.unknownLineCount > 0 {
      let count = process.maps.unknownLineCount
      summary.warnings.append("process \(pid): \(count) lines of /proc/\(pid)/maps are not understood")
    }
    let memory = ProcessMemory(pid: pid, thread: thread, stopped: stopped)
    let pages = PageMap(thread: thread)
    let suppliesPages = stopped != nil && LiveProcess.hasUserfaultfd(thread: thread)
    if suppliesPages {
      summary.warnings.append("process \(pid): has a userfaultfd, pages that it has not got yet are zero in the dump")
    }
    var plan = CapturePlan(skipsUntouched: suppliesPages)
    for mapping in process.maps.mappings where options.takesAll ? mapping.isReadable : mapping.isWorthCopying {
      try plan.add(mapping, pages: pages, memory: memory) {
        try stopped?.check()
        try DeferredSignals.check()
      }
    }
    guard !plan.regions.isEmpty else { throw CaptureError.nothingReadable(pid: pid) }
    summary.regionCount = plan.regions.count
    summary.byteCount = plan.byteCount
    summary.untouchedByteCount = plan.byteCount - plan.copiedByteCount
    summary.holeCount = plan.holeCount
    summary.holeByteCount = plan.holeByteCount
    let copy = ProcessCopy(process: process, plan: plan)
    let target = try makeTarget(copy)
    let lost = try copy.run(from: memory, to: target, stopped: stopped, threadCount: options.threadCount)
    if lost > 0 {
      summary.warnings.append("process \(pid): \(lost) bytes could not be read and are zero in the dump")
    }
    return (copy, target)
  }

  /// A part of a run, small enough that the copy can be interrupted after it.
  struct Piece {
    let region: Int
    let offset: Int
    let range: AddressRange
  }

  var pieces: [Piece] {
    var pieces: [Piece] = []
    for (number, region) in plan.regions.enumerated() {
      for run in region.runs {
        var start = run.start
        while let rest = AddressRange(start: start, end: run.end),
          let range = AddressRange(start: start, count: min(rest.count, Self.pieceSize))
        {
          let offset = Int(truncatingIfNeeded: start.rawValue &- region.range.start.rawValue)
          pieces.append(Piece(region: number, offset: offset, range: range))
          start = range.end
        }
      }
    }
    return pieces
  }

  /// Copies everything on all cores. Returns the number of bytes that turned out to be unreadable.
  func run(
    from memory: ProcessMemory, to target: some Target, stopped: StoppedProcess?, threadCount: Int
  ) throws -> Int {
    let pieces = pieces
    let hasFailed = Atomic(false)
    let results = concurrentMap(count: pieces.count, threadCount: threadCount) { number -> Result<Int, any Error> in
      if hasFailed.load(ordering: .relaxed) { return .success(0) }
      do {
        try stopped?.check()
        try DeferredSignals.check()
        return .success(try Self.copy(pieces[number], from: memory, to: target))
      } catch {
        hasFailed.store(true, ordering: .relaxed)
        return .failure(error)
      }
    }
    return try results.reduce(0) { try $0 + $1.get() }
  }

  /// Copies a piece. Returns the number of bytes that could not be read.
  static func copy(_ piece: Piece, from memory: ProcessMemory, to target: some Target) throws -> Int {
    if let room = unsafe target.room(region: piece.region, offset: piece.offset, count: piece.range.count) {
      return try unsafe memory.fill(room, from: piece.range.start)
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(bufferSize, piece.range.count), alignment: ProcessMemory.pageSize)
    defer { unsafe buffer.deallocate() }
    var done = 0
    var lost = 0
    while done < piece.range.count {
      let part = unsafe UnsafeMutableRawBufferPointer(
        rebasing: buffer.prefix(min(buffer.count, piece.range.count - done)))
      lost += try unsafe memory.fill(part, from: piece.range.start + done)
      try memory.guarded(at: piece.range.start + done) {
        try unsafe target.write(UnsafeRawBufferPointer(part), region: piece.region, offset: piece.offset + done)
      }
      done += part.count
    }
    return lost
  }
}

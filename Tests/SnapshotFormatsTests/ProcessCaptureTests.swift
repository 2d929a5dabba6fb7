import Foundation
import Glibc
import MemoryImage
@testable import SnapshotFormats
import TestSupport
import Testing

struct ProcessCaptureTests {
  /// A `cat` that waits for its next line.
  private func waitingCat() throws -> ChildProcess {
    let cat = try ChildProcess("/bin/cat")
    #expect(cat.answer(to: "hello\n") == "hello\n")
    try wait { try cat.status("State") == "S (sleeping)" }
    return cat
  }

  private func permissions(of path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func `a capture holds the bytes of the process`() throws {
    let directory = try TemporaryDirectory()
    let cat = try waitingCat()
    // When a thread returns to user mode, the kernel writes the number of its core into its memory (`rseq(2)`).
    kill(cat.id, SIGSTOP)
    try wait { try cat.status("State") == "T (stopped)" }

    let summary = try ProcessCapture.write(pid: cat.id, path: directory.path("dump"))

    let snapshot = try Snapshot.open(path: directory.path("dump"))
    let memory = try #require(FileHandle(forReadingAtPath: "/proc/\(cat.id)/mem"))
    for region in snapshot.memory.regions {
      try memory.seek(toOffset: region.range.start.rawValue)
      let expected = memory.readData(ofLength: region.range.count)
      let found = try snapshot.memory.array(of: UInt8.self, at: region.range.start, count: region.range.count)
      let difference = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      #expect(difference == nil, "\(region.range)")
    }
    #expect(snapshot.warnings.isEmpty)
    #expect(summary.regionCount == snapshot.memory.regions.count)
    #expect(summary.byteCount == snapshot.memory.byteCount)
  }

  @Test func `every readable private mapping is in the capture, and the process runs on`() throws {
    let directory = try TemporaryDirectory()
    let cat = try waitingCat()
    let maps = ProcessMaps(parsing: try String(contentsOfFile: "/proc/\(cat.id)/maps", encoding: .utf8))

    let summary = try ProcessCapture.write(pid: cat.id, path: directory.path("dump"))

    let wanted = maps.mappings.filter(\.isWorthCopying).reduce(0) { $0 + $1.range.count }
    #expect(summary.byteCount + summary.holeByteCount == wanted)
    #expect(maps.mappings.contains { $0.name == "[stack]" })
    #expect(summary.threadCount == 1)
    #expect(summary.pause > .zero)
    #expect(summary.warnings.isEmpty)
    #expect(try cat.status("TracerPid") == "0")
    #expect(cat.answer(to: "still here\n") == "still here\n")
  }

  @Test func `only the owner may read a capture`() throws {
    let directory = try TemporaryDirectory()
    let cat = try waitingCat()
    let path = try directory.makeDirectory("dump")
    unsafe chmod(path, 0o777)

    _ = try ProcessCapture.write(pid: cat.id, path: path)

    #expect(try permissions(of: path) == 0o700)
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
    #expect(!names.isEmpty)
    for name in names { #expect(try permissions(of: "\(path)/\(name)") == 0o600, "\(name)") }
  }

  @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
  func `a capture is given to the user it is made for`() throws {
    let directory = try TemporaryDirectory()
    let cat = try waitingCat()
    let path = directory.path("dump")

    _ = try ProcessCapture.write(pid: cat.id, path: path) { $0.owner = FileOwner(user: 4711, group: 4712) }

    let names = try FileManager.default.contentsOfDirectory(atPath: path).map { "\(path)/\($0)" }
    for file in names + [path] {
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      #expect((attributes[.ownerAccountID] as? NSNumber)?.intValue == 4711, "\(file)")
      #expect((attributes[.groupOwnerAccountID] as? NSNumber)?.intValue == 4712, "\(file)")
    }
  }

  @Test func `the user behind sudo is found by number or by name`() {
    let byNumber = ["SUDO_UID": "1000", "SUDO_GID": "1001", "SUDO_USER": "root"]

    #expect(FileOwner.invoker { byNumber[$0] } == FileOwner(user: 1000, group: 1001))
    #expect(FileOwner.invoker { $0 == "SUDO_USER" ? "root" : nil } == FileOwner(user: 0, group: 0))
    #expect(FileOwner.invoker { $0 == "SUDO_USER" ? "nobody at all" : nil } == nil)
    #expect(FileOwner.invoker { _ in nil } == nil)
  }

  @Test func `a directory with something in it is refused and left alone`() throws {
    let directory = try TemporaryDirectory()
    let cat = try waitingCat()
    try directory.write(utf8("mine"), to: "file")

    let error = #expect(throws: CaptureError.self) {
      try ProcessCapture.write(pid: cat.id, path: directory.path)
    }

    #expect(
      error?.description
        == "\(directory.path): expected an empty directory or none, found files in it, try another path")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["file"])
  }

  @Test func `a symbolic link is not followed`() throws {
    let directory = try TemporaryDirectory()
    let cat = try waitingCat()
    let target = try directory.makeDirectory("target")
    try FileManager.default.createSymbolicLink(atPath: directory.path("link"), withDestinationPath: target)

    #expect(throws: CaptureError.self) {
      try ProcessCapture.write(pid: cat.id, path: directory.path("link"))
    }

    #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty)
  }

  @Test func `what is no process to stop is an error and leaves nothing behind`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("dump")

    // Process 2 is the kernel's thread that starts all others, unless the test runs in a container.
    let isKernelThread = (try? String(contentsOfFile: "/proc/2/comm", encoding: .utf8)) == "kthreadd\n"
    for (pid, start) in [(Int32.max, "no such process"), (-1, "no such process"), (getpid(), "may not be traced")]
      + (isKernelThread ? [(2, "")] : [])
    {
      let error = #expect(throws: CaptureError.self) {
        try ProcessCapture.write(pid: pid, path: path)
      }
      #expect(error?.description.hasPrefix("process \(pid): \(start)") == true)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func `a page that cannot be read splits its region and costs nothing else`() throws {
    let page = ProcessMemory.pageSize
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    let mapping = unsafe mmap(nil, 8 * page, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let base = unsafe mapping, unsafe base != MAP_FAILED else { throw FileProblem(path: "memory", errno: errno) }
    defer { unsafe munmap(base, 8 * page) }
    unsafe memset(base, 7, 8 * page)
    // A mapping of a file, for which no map of pages shows what can be read.
    for hole in [0, 3, 4, 6] { unsafe munmap(base + hole * page, page) }
    let start = Address(UInt64(UInt(bitPattern: base)))
    let ends = [start, start + 8 * page].map(\.description)
    let whole = try #require(ProcessMapping(line: "\(ends[0])-\(ends[1]) rw-p 00000000 00:01 5 /a file"))
    var plan = CapturePlan()

    // The kernel lets every process read itself this way, within the limits of its own mappings.
    let memory = ProcessMemory(pid: getpid(), thread: getpid())
    try plan.add(whole, pages: PageMap(thread: getpid()), memory: memory) {}

    #expect(plan.regions.map { $0.range.start } == [start + page, start + 5 * page, start + 7 * page])
    #expect(plan.regions.map { $0.range.count } == [2 * page, page, page])
    #expect(plan.holeCount == 3)
    #expect(plan.holeByteCount == 4 * page)
    #expect(plan.copiedByteCount == 4 * page)
  }

  @Test func `where the kernel lists pages, and where it does not, the plan is the same`() throws {
    let page = ProcessMemory.pageSize
    let count = 200
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    let mapping = unsafe mmap(nil, count * page, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let base = unsafe mapping, unsafe base != MAP_FAILED else { throw FileProblem(path: "memory", errno: errno) }
    defer { unsafe munmap(base, count * page) }
    // Touched: the second page, two with a short gap between them, and some after a long one.
    let touched = [1, 40, 45] + Array(100..<110)
    for number in touched { unsafe memset(base + number * page, 7, 1) }
    let start = Address(UInt64(UInt(bitPattern: base)))
    let range = try #require(AddressRange(start: start, count: count * page))
    func runs(skipsUntouched: Bool, line: String) throws -> [Range<Int>] {
      let whole = try #require(ProcessMapping(line: "\(range.start)-\(range.end) rw-p 00000000 00:00 0\(line)"))
      var plan = CapturePlan(skipsUntouched: skipsUntouched)
      let memory = ProcessMemory(pid: getpid(), thread: getpid())
      try plan.add(whole, pages: PageMap(thread: getpid()), memory: memory) {}
      #expect(plan.regions.map(\.range) == [range] && plan.holeCount == 0)
      return plan.regions.flatMap(\.runs).map { run in
        let first = Int(run.start.rawValue - start.rawValue) / page
        return first..<(first + run.count / page)
      }
    }
    #expect(try runs(skipsUntouched: false, line: "") == [1..<2, 40..<46, 100..<110])
    #expect(try runs(skipsUntouched: true, line: "") == [1..<2, 40..<41, 45..<46, 100..<110])
    var listed: [Range<Int>] = []
    try PageMap(thread: getpid()).forEachRun(of: range, isAnonymous: true) { run, state in
      if state != .untouched { listed.append(run) }
    }
    var counted: [Range<Int>] = []
    // For pages of a file there is no list of runs: every page's word is read.
    try PageMap(thread: getpid()).forEachRun(of: range, isAnonymous: false) { run, state in
      if state == .present { counted.append(run) }
    }
    #expect(listed == counted && listed.flatMap { Array($0) } == touched)
  }

  @Test func `a process stopped by its user stays stopped`() throws {
    let directory = try TemporaryDirectory()
    let cat = try waitingCat()
    kill(cat.id, SIGSTOP)
    try wait { try cat.status("State") == "T (stopped)" }

    let summary = try ProcessCapture.write(pid: cat.id, path: directory.path("dump"))

    #expect(summary.regionCount > 0)
    // Between the detach and its next moment on a processor it is still reported as traced.
    try wait { try cat.status("State") == "T (stopped)" }
    kill(cat.id, SIGCONT)
    #expect(cat.answer(to: "again\n") == "again\n")
  }

  @Test func `a process that another one traces is refused with that one's id`() throws {
    let directory = try TemporaryDirectory()
    let cat = try waitingCat()
    let process = try StoppedProcess(id: cat.id, limit: nil)
    defer { withExtendedLifetime(process) {} }

    let error = #expect(throws: CaptureError.self) {
      try ProcessCapture.write(pid: cat.id, path: directory.path("dump"))
    }

    let tracer = try #require(cat.status("TracerPid").flatMap { Int32($0) })
    #expect(tracer != getpid() && error == .notPermitted(pid: cat.id, reason: .tracedBy(pid: tracer)))
  }

  @Test func `a process runs on when its time is over, and that is told`() throws {
    let cat = try waitingCat()
    let process = try StoppedProcess(id: cat.id, limit: .milliseconds(50))
    #expect(process.threads.map(\.id) == [cat.id] && process.stuckThreads.isEmpty)
    #expect(process.threads[0].stackPointer != nil)

    try wait { try cat.status("TracerPid") == "0" }

    #expect(cat.answer(to: "on\n") == "on\n")
    #expect(throws: CaptureError.pauseExceeded(pid: cat.id, limit: .milliseconds(50))) { try process.check() }
  }

  @Test func `a process that is not there is told`() throws {
    #expect(throws: CaptureError.noSuchProcess(pid: 4_194_304)) { try StoppedProcess(id: 4_194_304, limit: nil) }
  }

  @Test func `a process stands still while it is stopped and runs on afterwards`() throws {
    let shell = try ChildProcess("/bin/sh", "-c", "read line; i=0; while :; do i=$((i+1)); done")
    shell.send("go\n")
    func ticks() throws -> String.SubSequence {
      let stat = try String(contentsOfFile: "/proc/\(shell.id)/stat", encoding: .utf8)
      return stat.split(separator: " ")[13]
    }
    try wait { try ticks() != "0" }

    var before: Substring = ""
    var after: Substring = ""
    do {
      let process = try StoppedProcess(id: shell.id, limit: nil)
      before = try ticks()
      usleep(50000)
      after = try ticks()
      try process.check()
    }
    #expect(before == after)

    try wait { try ticks() != after }
    #expect(try shell.status("State") == "R (running)")
  }
}

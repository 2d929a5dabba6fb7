import Glibc
import MemoryImage
@testable import SnapshotFormats
import TestSupport
import Testing

struct LiveSnapshotTests {
  @Test(arguments: [true, false])
  func `the memory of a running process is that of a dump of it`(stops: Bool) throws {
    let directory = try TemporaryDirectory()
    let cat = try ChildProcess("/bin/cat")
    #expect(cat.answer(to: "hello\n") == "hello\n")
    try wait { try cat.status("State") == "S (sleeping)" }
    kill(cat.id, SIGSTOP)
    try wait { try cat.status("State") == "T (stopped)" }
    _ = try ProcessCapture.write(pid: cat.id, path: directory.path("dump"))
    let dump = try Snapshot.open(path: directory.path("dump")).memory

    let live = try Snapshot.open(process: cat.id, stops: stops, options: SnapshotOptions())

    #expect(live.format == .process)
    #expect(live.warnings.contains { $0.contains("while it ran") } == !stops)
    for region in dump.regions {
      let expected = try dump.array(of: UInt8.self, at: region.range.start, count: region.range.count)
      let found = try live.memory.array(of: UInt8.self, at: region.range.start, count: region.range.count)
      #expect(found.elementsEqual(expected), "\(region.range)")
    }
    #expect(live.memory.byteCount >= dump.byteCount)
  }

  @Test func `a process that is not there is an error`() {
    #expect(throws: CaptureError.self) {
      try Snapshot.open(process: 4_194_304, stops: true, options: SnapshotOptions())
    }
  }

  @Test(arguments: [0, 1, 70_000])
  func `all that comes from a pipe is there`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }
    let directory = try TemporaryDirectory()
    let path = try directory.write(bytes, to: "bytes")
    let file = unsafe open(path, O_RDONLY)
    defer { close(file) }

    let found = try SpillingMemory.bytes(from: file, place: SpillingPlace(path: "-", options: SnapshotOptions()))

    #expect(found.bytes(at: 0, count: count).map { $0.elementsEqual(bytes) } == true && found.count == count)
  }

  @Test func `a pipe that cannot be read is an error`() {
    #expect(throws: SnapshotError.unreadable(path: "-", errno: EBADF)) {
      try SpillingMemory.bytes(from: -1, place: SpillingPlace(path: "-", options: SnapshotOptions()))
    }
  }
}

import MemoryImage
@testable import SnapshotFormats
import TestSupport
import Testing

struct RegionDirectoryTests {
  @Test func `the files of a directory are its regions`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(utf8("abcd"), to: "mem.0000000000001000.0000000000001004.bin")
    try directory.write(utf8("efgh"), to: "mem.00007fFFabcd0000.00007FffABCD0004.bin")
    try directory.write(utf8("notes"), to: "README")
    try directory.write(utf8("abcd"), to: "mem.1000.1004.bin.old")

    let snapshot = try Snapshot.open(path: directory.path)

    #expect(snapshot.format == .directory)
    #expect(!snapshot.isCompressed)
    #expect(snapshot.source == directory.path)
    #expect(snapshot.warnings.isEmpty)
    #expect(snapshot.memory.regions.map(\.range.start) == [Address(0x1000), Address(0x7FFF_ABCD_0000)])
    #expect(try snapshot.memory.load(UInt32.self, at: Address(0x1000)) == 0x6463_6261)
    #expect(try snapshot.memory.load(UInt8.self, at: Address(0x7FFF_ABCD_0003)) == UInt8(ascii: "h"))
  }

  @Test func `a structure may lie across two files`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(utf8("abcd"), to: "mem.0000000000001000.0000000000001004.bin")
    try directory.write(utf8("efgh"), to: "mem.0000000000001004.0000000000001008.bin")

    let memory = try Snapshot.open(path: directory.path).memory

    #expect(try memory.load(UInt64.self, at: Address(0x1000)) == 0x6867_6665_6463_6261)
  }

  @Test func `a short file cuts its region and a long one does not stretch it`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(utf8("ab"), to: "mem.0000000000001000.0000000000001004.bin")
    try directory.write(utf8("efghij"), to: "mem.0000000000002000.0000000000002004.bin")
    try directory.write([], to: "mem.0000000000003000.0000000000003004.bin")

    let snapshot = try Snapshot.open(path: directory.path)

    #expect(snapshot.memory.regions.map(\.range.count) == [2, 4])
    #expect(
      snapshot.warnings == [
        "\(directory.path)/mem.0000000000001000.0000000000001004.bin: expected 4 bytes, found 2, the region is cut",
        "\(directory.path)/mem.0000000000002000.0000000000002004.bin: expected 4 bytes, found 6, the rest is left out",
        "\(directory.path)/mem.0000000000003000.0000000000003004.bin: expected 4 bytes, found 0, "
          + "the region is left out",
      ])
  }

  @Test func `a compressed region that is cut, and one that cannot be inflated, are told`() throws {
    let directory = try TemporaryDirectory()
    let dump = try directory.makeDirectory("dump")
    let bytes = (0..<0x3000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) }
    let whole = try ForeignFileTests.Program.gzip.output(directory.write(bytes, to: "region"))
    try directory.write(Array(whole.prefix(whole.count / 2)), to: "dump/mem.0000000000001000.0000000000004000.bin.gz")
    try directory.write(Array(whole.prefix(10)) + [0xFF, 0xFF, 0xFF], to: "dump/mem.0000000000005000.0000000000008000.bin.gz")
    try directory.write(utf8("abcd"), to: "dump/mem.0000000000009000.0000000000009004.bin")

    let snapshot = try Snapshot.open(path: dump)

    let first = try #require(snapshot.memory.regions.first)
    #expect(first.range.start == Address(0x1000) && first.range.count < 0x3000)
    #expect(
      try Array(snapshot.memory.array(of: UInt8.self, at: Address(0x1000), count: first.range.count))
        == Array(bytes.prefix(first.range.count)))
    #expect(snapshot.memory.regions.map(\.range.start) == [Address(0x1000), Address(0x9000)])
    #expect(snapshot.warnings.contains { $0.contains(".4000.bin.gz: offset 0x") || $0.contains("4000.bin.gz: offset") })
    #expect(snapshot.warnings.contains { $0.contains("8000.bin.gz") && $0.contains("the region is left out") })
  }

  @Test func `a folder with a region's name is an error`() throws {
    let directory = try TemporaryDirectory()
    let name = "mem.0000000000001000.0000000000001004.bin"
    _ = try directory.makeDirectory(name)

    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: directory.path) }

    #expect(error == .neitherFileNorDirectory(path: "\(directory.path)/\(name)"))
  }

  @Test(arguments: [
    "mem.2000.1000.bin", "mem.1000.1000.bin", "mem.00000000000001000.2000.bin", "mem.1000.bin", "mem.0x10.0x20.bin",
    "mem.+1.2.bin", "mem..2.bin", "mem.１.２.bin",
  ])
  func `a name that only resembles a region's is left out with a warning`(name: String) throws {
    let directory = try TemporaryDirectory()
    try directory.write(utf8("abcd"), to: "mem.0000000000001000.0000000000001004.bin")
    try directory.write(utf8("abcd"), to: name)

    let snapshot = try Snapshot.open(path: directory.path)

    #expect(snapshot.memory.regions.count == 1)
    #expect(snapshot.warnings == ["\(directory.path)/\(name): left out, its name is not mem.START.END.bin"])
  }

  @Test func `overlapping regions are counted in a warning`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(utf8("abcd"), to: "mem.0000000000001000.0000000000001004.bin")
    try directory.write(utf8("XYZW"), to: "mem.0000000000001002.0000000000001006.bin")

    let snapshot = try Snapshot.open(path: directory.path)

    #expect(
      snapshot.warnings == ["\(directory.path): 1 regions overlap others, the one that begins lower was used"])
    #expect(try Array(snapshot.memory.array(of: UInt8.self, at: Address(0x1000), count: 6)) == utf8("abcdZW"))
  }

  @Test func `thousands of warnings become twenty and their number`() throws {
    let directory = try TemporaryDirectory()
    for index in 0..<100 { try directory.write(utf8("ab"), to: RegionFileName(range: try range(index)).text) }

    let snapshot = try Snapshot.open(path: directory.path)

    #expect(snapshot.memory.regions.count == 100)
    #expect(snapshot.warnings.count == 21)
    #expect(snapshot.warnings.last == "\(directory.path): 80 more warnings like these")
  }

  @Test func `five thousand files open`() throws {
    let directory = try TemporaryDirectory()
    for index in 0..<5000 { try directory.write([1, 2, 3, 4], to: RegionFileName(range: try range(index)).text) }

    let snapshot = try Snapshot.open(path: directory.path)

    #expect(snapshot.memory.regions.count == 5000)
    #expect(snapshot.memory.byteCount == 20000)
  }

  @Test func `an empty directory is an error`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(utf8("text"), to: "README")

    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: directory.path) }

    #expect(
      error?.description
        == "\(directory.path): no region in this directory, expected files named mem.START.END.bin")
  }

  @Test func `a missing path is an error of one line`() throws {
    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: "/nowhere/at\nall") }

    #expect(error?.description == "/nowhere/at?all: no such file or directory")
  }

  private func range(_ index: Int) throws -> AddressRange {
    try #require(AddressRange(start: Address(0x10000) + index * 0x1000, count: 4))
  }
}

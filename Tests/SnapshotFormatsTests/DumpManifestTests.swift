import MemoryImage
@testable import SnapshotFormats
import TestSupport
import Testing

struct DumpManifestTests {
  private static let text = """
    python-memtools dump 1
    process 4711 started 88213 boot 3f0c
    region 0000000000001000-0000000000001004 rw- [heap]
    region 0000000000002000-0000000000002004 r-- /usr/lib/lib with spaces.so
    region 0000000000003000-0000000000003004 r--
    end 3

    """

  private func manifest(_ text: String = text) throws -> DumpManifest { try #require(DumpManifest(utf8(text))) }

  private func region(_ start: UInt64, _ bytes: String) -> [UInt8] {
    start.littleEndianBytes + (start + UInt64(bytes.utf8.count)).littleEndianBytes + utf8(bytes)
  }

  @Test func `a manifest is the text that it was made from`() throws {
    let manifest = try manifest()

    #expect(manifest.isWhole && manifest.processID == 4711 && manifest.regions.count == 3)
    #expect(manifest.regions.map(\.name) == ["[heap]", "/usr/lib/lib with spaces.so", nil])
    #expect(manifest.bytes == utf8(Self.text))
  }

  @Test func `a manifest in a stream takes whole pages`() throws {
    let record = try manifest().streamRecord

    #expect(record.count == 16 + 4096)
    #expect(DumpManifest(Array(record[16...])) == (try manifest()))
  }

  @Test(arguments: [
    "", "python-memtools dump 1\n", "python-memtools dump 2\nprocess 1\nend 0\n", "notes of mine\nprocess 1\n",
  ])
  func `any other text is none`(text: String) {
    #expect(DumpManifest(utf8(text)) == nil)
  }

  @Test func `a manifest that is cut has the regions before the cut`() throws {
    let cut = try manifest(String(Self.text.prefix(Self.text.count - 12)))

    #expect(!cut.isWhole && cut.regions.count == 2)
  }

  @Test func `a directory says which regions are missing and which are another's`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(utf8(Self.text), to: "manifest.txt")
    try directory.write(utf8("abcd"), to: "mem.0000000000001000.0000000000001004.bin")
    try directory.write(utf8("ij"), to: "mem.0000000000003000.0000000000003004.bin")
    try directory.write(utf8("efgh"), to: "mem.0000000000009000.0000000000009004.bin")

    let snapshot = try Snapshot.open(path: directory.path)

    #expect(snapshot.memory.regions.map(\.range.start) == [Address(0x1000), Address(0x3000)])
    #expect(snapshot.process.id == 4711)
    #expect(
      snapshot.warnings == [
        "\(directory.path): 1 of 3 regions (4 bytes) of process 4711 are missing, first "
          + "0000000000002000-0000000000002004 (/usr/lib/lib with spaces.so)",
        "\(directory.path): 1 regions (4 bytes) do not belong to the dump of process 4711 by its manifest, and are left "
          + "out, first mem.0000000000009000.0000000000009004.bin",
        "\(directory.path)/mem.0000000000003000.0000000000003004.bin: expected 4 bytes, found 2, the region is cut",
      ])
    #expect(
      snapshot.absent.map(\.range.description) == [
        "0000000000002000-0000000000002004", "0000000000003002-0000000000003004",
      ])
    #expect(snapshot.absent.map(\.name) == ["/usr/lib/lib with spaces.so", nil])
  }

  @Test func `a manifest of another directory is not heeded`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(utf8(Self.text), to: "manifest.txt")
    try directory.write(utf8("efgh"), to: "mem.0000000000009000.0000000000009004.bin")

    let snapshot = try Snapshot.open(path: directory.path)

    #expect(snapshot.memory.regions.count == 1 && snapshot.absent.isEmpty)
    #expect(
      snapshot.warnings == [
        "\(directory.path)/manifest.txt: lists none of the regions in this directory, and is not heeded"
      ])
  }

  @Test func `a stream cut between two regions is cut`() throws {
    let directory = try TemporaryDirectory()
    let stream = try manifest().streamRecord + region(0x1000, "abcd") + region(0x2000, "efgh")
    let path = try directory.write(stream, to: "dump")

    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: path) }
    let snapshot = try Snapshot.open(path: path) { $0.allowTruncated = true }

    #expect(
      error?.description
        == "\(path): the dump of process 4711, with 2 of its 3 regions, is cut: the file ends at offset 0x1038, 4 bytes "
        + "are missing, try --allow-truncated to use what is there")
    #expect(snapshot.memory.regions.count == 2)
    #expect(
      snapshot.warnings == [
        "\(path): 1 of 3 regions (4 bytes) of process 4711 are missing, first 0000000000003000-0000000000003004"
      ])
  }

  @Test(arguments: [true, false])
  func `what follows a whole dump is left out`(hasManifest: Bool) throws {
    let directory = try TemporaryDirectory()
    let other = "python-memtools dump 1\nprocess 12 started 1 boot 3f0c\nregion 0000000000009000-0000000000009004 r--\nend 1\n"
    let first = try manifest().streamRecord + region(0x1000, "abcd") + region(0x2000, "efgh") + region(0x3000, "ijkl")
    let second = hasManifest ? try manifest(other).streamRecord : []
    let path = try directory.write(first + second + region(0x9000, "mnop"), to: "dump")

    let snapshot = try Snapshot.open(path: path)

    #expect(snapshot.memory.regions.count == 3 && snapshot.absent.isEmpty)
    #expect(
      snapshot.warnings == [
        hasManifest
          ? "\(path): region 5 at offset 0x104c: another dump begins, of process 12, and is left out"
          : "\(path): 1 regions (4 bytes) do not belong to the dump of process 4711 by its manifest, and are left out, "
            + "first region 5 at offset 0x104c"
      ])
  }
}

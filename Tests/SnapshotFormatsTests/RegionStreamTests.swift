import Glibc
import MemoryImage
@testable import SnapshotFormats
import TestSupport
import Testing

struct RegionStreamTests {
  private func region(_ start: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    start.littleEndianBytes + (start + UInt64(bytes.count)).littleEndianBytes + bytes
  }

  @Test func `a stream holds region after region`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(region(0x2001, utf8("efg")) + region(0x1000, utf8("abcd")), to: "dump")

    let snapshot = try Snapshot.open(path: path)

    #expect(snapshot.format == .stream)
    #expect(snapshot.warnings.isEmpty)
    #expect(
      snapshot.memory.regions.map(\.range.description) == [
        "0000000000001000-0000000000001004", "0000000000002001-0000000000002004",
      ])
    #expect(try Array(snapshot.memory.array(of: UInt8.self, at: Address(0x2001), count: 3)) == utf8("efg"))
  }

  @Test(arguments: [true, false])
  func `a stream is read from a descriptor, a pipe or a file`(isPipe: Bool) throws {
    let directory = try TemporaryDirectory()
    let bytes = region(0x1000, utf8("abcd")) + region(0x2000, utf8("efgh"))
    var ends: [Int32] = [-1, -1]
    if isPipe {
      #expect(unsafe pipe(&ends) == 0)
      #expect(unsafe write(ends[1], bytes, bytes.count) == bytes.count)
      close(ends[1])
    } else {
      ends[0] = try unsafe open(directory.write(bytes, to: "dump"), O_RDONLY)
    }
    defer { close(ends[0]) }

    let snapshot = try Snapshot.open(stream: ends[0], path: "standard input", options: SnapshotOptions())

    #expect(snapshot.format == .stream && snapshot.source == "standard input")
    #expect(try snapshot.memory.load(UInt32.self, at: Address(0x2000)) == 0x6867_6665)
  }

  @Test func `a region in the upper half of the address space is one`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(region(0xFFFF_FFFF_FF60_0000, utf8("abcd")), to: "dump")

    #expect(try Snapshot.open(path: path).memory.byteCount == 4)
  }

  @Test func `a stream cut in a region says where and how much is missing`() throws {
    let directory = try TemporaryDirectory()
    let whole = region(0x1000, utf8("abcd")) + region(0x2000, utf8("efghij"))
    let path = try directory.write(Array(whole.dropLast(4)), to: "dump")

    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: path) }
    let snapshot = try Snapshot.open(path: path) { $0.allowTruncated = true }

    #expect(
      error?.description
        == "\(path): region 2 at offset 0x14, 0000000000002000-0000000000002006, is cut: the file ends at offset 0x26, "
        + "4 bytes are missing, try --allow-truncated to use what is there")
    #expect(snapshot.memory.regions.map(\.range.count) == [4, 2])
    #expect(
      snapshot.warnings == [
        "\(path): region 2 at offset 0x14, 0000000000002000-0000000000002006, is cut: "
          + "the file ends at offset 0x26, 4 bytes are missing"
      ])
  }

  @Test(arguments: 1..<16)
  func `a stream cut in a header is an error`(byteCount: Int) throws {
    let directory = try TemporaryDirectory()
    let whole = region(0x1000, utf8("abcd")) + region(0x2000, utf8("efgh")).prefix(byteCount)
    let path = try directory.write(whole, to: "dump")

    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: path) }
    let snapshot = try Snapshot.open(path: path) { $0.allowTruncated = true }

    #expect(
      error
        == .truncated(
          path: path, place: "region 2 at offset 0x14, its header,", offset: 20 + byteCount,
          missing: UInt64(16 - byteCount)))
    #expect(snapshot.memory.regions.count == 1)
    #expect(snapshot.warnings.count == 1)
  }

  @Test func `a stream that ends with its first header has nothing to use`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array(region(0x1000, utf8("abcd")).prefix(16)), to: "dump")

    #expect(throws: SnapshotError.self) { try Snapshot.open(path: path) { $0.allowTruncated = true } }
  }

  @Test func `a header that makes no sense is named by its offset`() throws {
    let directory = try TemporaryDirectory()
    let broken = UInt64(0x3000).littleEndianBytes + UInt64(0x2000).littleEndianBytes
    let path = try directory.write(region(0x1000, utf8("abcd")) + broken, to: "dump")

    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: path) { $0.allowTruncated = true } }

    #expect(
      error?.description
        == "\(path): region 2 at offset 0x14: expected a start and a higher end address, "
        + "found 0000000000003000 and 0000000000002000")
  }

  @Test(arguments: [
    ("#!/bin/sh\necho a dump\n", "23 21 2F 62 69 6E 2F 73"), ("", "an empty file"), ("a", "61"),
    ("\u{89}PNG\r\n\u{1A}\n....IHDR....", "C2 89 50 4E 47 0D 0A 1A"),
    (String(repeating: "\0", count: 4096), "00 00 00 00 00 00 00 00"),
  ])
  func `a file of another kind is refused and the formats are named`(text: String, found: String) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(utf8(text), to: "file")

    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: path) }

    #expect(
      error?.description
        == "\(path): not a dump: expected an ELF core file, a region stream, either of them compressed by gzip, "
        + "zstd, xz or lz4, or a directory of mem.START.END.bin files, found \(found)")
  }
}

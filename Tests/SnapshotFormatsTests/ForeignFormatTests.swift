import MemoryImage
@testable import SnapshotFormats
import TestSupport
import Testing

struct ForeignFormatTests {
  @Test(arguments: [
    ("ProblemType: Crash\nCoreDump: base64\n H4sICAAAAAAC\n", "crash report of apport", "apport-unpack"),
    ("MDMP\u{13}\u{27}a7", "minidump", "core"), ("KDUMP   \u{6}", "whole machine", "crash"),
    ("DISKDUMP\u{6}", "whole machine", "crash"), ("EMiL\u{1}", "whole machine", "crash"),
    ("makedumpfile\0\0\0\0", "flattened", "makedumpfile -R"), ("PAGEDU64", "Windows", "WinDbg"),
    ("PK\u{3}\u{4}\u{14}", "zip archive", "unzip"), ("Rar!\u{1A}\u{7}", "RAR", "unrar"),
    ("!<arch>\ndebian-binary", "ar archive", "ar x"), ("BZh91AY&SY", "bzip2", "bzip2 -d"),
    ("version https://git-lfs.github.com/spec/v1\n", "pointer", "git lfs"),
  ])
  func `a file of another format is named with what makes a dump of it`(text: String, name: String, advice: String) throws {
    try expect(Array(text.utf8), name, advice)
  }

  @Test(
    arguments: [
      ([0x16, 0x31, 0x31, 0x58, 8, 0, 0, 0], "CRIU", "criu-coredump"),
      ([0x19, 0x43, 0x56, 0x54, 0x47, 0x38, 0x05, 0x55], "CRIU", "criu-coredump"),
      ([0xCF, 0xFA, 0xED, 0xFE, 7, 0, 0, 1], "macOS", "lldb"),
      ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z", "7z x"), ([0x1F, 0x9D, 0x90], "compress", "gzip -d"),
      ([0x5D, 0, 0, 0x80, 0], "lzma", "xz --format=lzma"), ([0x89, 0x4C, 0x5A, 0x4F, 0, 13, 10, 26, 10], "lzop", "lzop -d"),
    ] as [([UInt8], String, String)])
  func `so is one that begins with a number`(bytes: [UInt8], name: String, advice: String) throws {
    try expect(bytes, name, advice)
  }

  @Test func `a file in LZ4's legacy format is not a stream that is cut by a number made of its bytes`() throws {
    // The magic number, a block's size, and a core's first bytes as LZ4 compresses them: as addresses they are in order.
    let bytes: [UInt8] = [
      0x02, 0x21, 0x4C, 0x18, 0x10, 0x32, 0x54, 0x00, 0xF3, 0x0C, 0x7F, 0x45, 0x4C, 0x46, 0x02, 0x01, 0x01, 0x00, 0x01,
    ]
    try expect(bytes, "LZ4's legacy format", "lz4 -d")
  }

  @Test func `a tar archive is known by its header, compressed or not, and no stream is one`() throws {
    var header = Array("app/core.4711".utf8) + [UInt8](repeating: 0, count: 512 - 13)
    header.replaceSubrange(257..<262, with: Array("ustar".utf8))
    try expect(header, "tar archive", "tar -xf")
    let directory = try TemporaryDirectory()
    header.removeFirst(16)
    let address: UInt64 = 0x7F00_0000_0000
    let page = header + Array("ustar".utf8) + [UInt8](repeating: 0, count: 4096)
    let stream = address.littleEndianBytes + (address + 4096).littleEndianBytes + page.prefix(4096)
    #expect(try Snapshot.open(path: directory.write(stream, to: "dump")).format == .stream)
  }

  @Test func `a folder of CRIU's images is named`() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write([0x40, 0x59, 0x10, 0x55, 0x53, 0x52, 0x00, 0x57], to: "stats-dump")
    _ = try directory.write([0, 0, 0, 0], to: "pages-1.img")

    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: directory.path) }

    #expect(error?.description.contains("CRIU") == true, "\(String(describing: error))")
  }

  @Test(arguments: [(UInt8(1), UInt8(1), "32-bit little-endian"), (2, 2, "64-bit big-endian"), (1, 2, "32-bit big-endian")])
  func `the core of another kind of process is named`(fileClass: UInt8, order: UInt8, name: String) throws {
    var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, fileClass, order, 1] + [UInt8](repeating: 0, count: 57)
    bytes[order == 2 ? 17 : 16] = 4
    try expect(bytes, "\(name) process", "python-gdb.py")
  }

  @Test(arguments: ["VMCOREINFO", "QEMU"]) func `the core of a machine is named`(owner: String) throws {
    var writer = CoreWriter()
    writer.regions = [.init(address: 0x1000, bytes: [1])]
    writer.otherOwner = owner
    try expect(writer.bytes, "whole machine", "crash")
  }

  @Test func `a file that begins with addresses of no pages is a stream only if it has all that they promise`() throws {
    let directory = try TemporaryDirectory()
    let start: UInt64 = 0x0011_2233_4455_6677
    for (end, isStream) in [(start + 4, true), (start + 5, false)] {
      let bytes = start.littleEndianBytes + end.littleEndianBytes + [1, 2, 3, 4]
      let snapshot = try? Snapshot.open(path: directory.write(bytes, to: "dump")) { $0.allowTruncated = true }
      #expect((snapshot != nil) == isStream)
    }
  }

  private func expect(_ bytes: [UInt8], _ name: String, _ advice: String) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(bytes, to: "file")
    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: path) }
    let line = error?.description ?? "opened"
    #expect(line.hasPrefix("\(path): not a dump") && line.contains(name), "\(line)")
    #expect(line.contains("try ") && line.contains(advice), "\(line)")
  }
}

import Foundation
import MemoryImage
@testable import SnapshotFormats
import TestSupport
import Testing

struct GzipFileTests {
  /// The output of `gzip` for a file.
  private func gzip(_ path: String) throws -> [UInt8] {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-c", path]
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return [UInt8](data)
  }

  private func stream(byteCount: Int) -> [UInt8] {
    let contents = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    return UInt64(0x1000).littleEndianBytes + UInt64(0x1000 + byteCount).littleEndianBytes + contents
  }

  @Test func `a compressed stream is a stream`() throws {
    let directory = try TemporaryDirectory()
    let whole = stream(byteCount: 3_000_001)
    let path = try directory.write(gzip(directory.write(whole, to: "dump")), to: "dump.gz")

    let snapshot = try Snapshot.open(path: path)

    #expect(snapshot.format == .stream)
    #expect(snapshot.isCompressed)
    #expect(snapshot.warnings.isEmpty)
    let found = try snapshot.memory.array(of: UInt8.self, at: Address(0x1000), count: 3_000_001)
    #expect(found.elementsEqual(whole.dropFirst(16)))
  }

  @Test func `a compressed core is a core`() throws {
    let directory = try TemporaryDirectory()
    let core = CoreWriter(regions: [.init(address: 0x1000, bytes: utf8("data"))])
    let path = try directory.write(gzip(directory.write(core.bytes, to: "core.1")), to: "core.1.gz")

    let snapshot = try Snapshot.open(path: path)

    #expect(snapshot.format == .core)
    #expect(snapshot.isCompressed)
    #expect(snapshot.memory.byteCount == 4)
  }

  @Test func `members one behind the other are one file`() throws {
    let directory = try TemporaryDirectory()
    let whole = stream(byteCount: 1000)
    let first = try gzip(directory.write(Array(whole.prefix(300)), to: "first"))
    let second = try gzip(directory.write(Array(whole.dropFirst(300)), to: "second"))
    let path = try directory.write(first + second, to: "dump.gz")

    #expect(try Snapshot.open(path: path).memory.byteCount == 1000)
  }

  @Test func `bytes behind the compressed data are left out with a warning`() throws {
    let directory = try TemporaryDirectory()
    let compressed = try gzip(directory.write(stream(byteCount: 1000), to: "dump"))
    let path = try directory.write(compressed + utf8("tail"), to: "dump.gz")

    let snapshot = try Snapshot.open(path: path)

    let offset = String(compressed.count, radix: 16)
    #expect(snapshot.memory.byteCount == 1000)
    #expect(snapshot.warnings == ["\(path): offset 0x\(offset): 4 bytes behind the compressed data are left out"])
  }

  @Test func `cut compressed data are an error that names the offset`() throws {
    let directory = try TemporaryDirectory()
    let compressed = try gzip(directory.write(stream(byteCount: 102_400), to: "dump"))
    let path = try directory.write(Array(compressed.prefix(compressed.count / 2)), to: "dump.gz")

    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: path) }
    let snapshot = try Snapshot.open(path: path) { $0.allowTruncated = true }

    let offset = String(compressed.count / 2, radix: 16)
    #expect(
      error?.description
        == "\(path): offset 0x\(offset): the compressed data are cut, try --allow-truncated to use what is there")
    #expect(snapshot.memory.byteCount > 0)
    #expect(snapshot.memory.byteCount < 102_400)
    #expect(snapshot.warnings.count == 2)
  }

  @Test func `a wrong checksum is an error`() throws {
    let directory = try TemporaryDirectory()
    var compressed = try gzip(directory.write(stream(byteCount: 1000), to: "dump"))
    compressed[compressed.count - 8] ^= 1
    let path = try directory.write(compressed, to: "dump.gz")

    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: path) }

    #expect(error?.description.contains("gzip: incorrect data check") == true)
  }

  @Test func `what exceeds the memory goes to a file that nobody sees`() throws {
    let directory = try TemporaryDirectory()
    let whole = stream(byteCount: 100_000)
    let path = try directory.write(gzip(directory.write(whole, to: "dump")), to: "dump.gz")
    let temporary = try directory.makeDirectory("temporary")

    let snapshot = try Snapshot.open(path: path) {
      $0.memoryLimit = 0
      $0.temporaryDirectory = temporary
    }

    let found = try snapshot.memory.array(of: UInt8.self, at: Address(0x1000), count: 100_000)
    #expect(found.elementsEqual(whole.dropFirst(16)))
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
  }

  @Test func `a directory of temporary files that is not there is named`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(gzip(directory.write(stream(byteCount: 100), to: "dump")), to: "dump.gz")

    let error = #expect(throws: SnapshotError.self) {
      try Snapshot.open(path: path) {
        $0.memoryLimit = 0
        $0.temporaryDirectory = directory.path("missing")
      }
    }

    #expect(
      error?.description
        == "\(directory.path("missing")): no temporary file can be made: no such file or directory, try --temp-dir")
  }
}

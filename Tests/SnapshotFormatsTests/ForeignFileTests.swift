import Foundation
import Glibc
import MemoryImage
@testable import SnapshotFormats
import TestSupport
import Testing

/// Files that other programs have compressed, in one piece.
struct ForeignFileTests {
  /// A program that compresses, and the format that it writes.
  enum Program: String, CaseIterable {
    case gzip, zstd, xz, lz4

    var format: CompressionFormat { CompressionFormat(rawValue: rawValue) ?? .gzip }

    var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/\(rawValue)") }

    /// The program's output for a file.
    func output(_ path: String) throws -> [UInt8] {
      let process = Process()
      let pipe = Pipe()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/\(rawValue)")
      process.arguments = ["-q", "-c", path]
      process.standardOutput = pipe
      try process.run()
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return [UInt8](data)
    }
  }

  private let region = 300_001

  private var stream: [UInt8] {
    UInt64(0x1000).littleEndianBytes + UInt64(0x1000 + region).littleEndianBytes
      + (0..<region).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
  }

  @Test(arguments: Program.allCases.filter(\.isInstalled))
  func `a file is recognised by its content and inflated`(program: Program) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(program.output(directory.write(stream, to: "dump")), to: "any name")

    let snapshot = try Snapshot.open(path: path)

    #expect(snapshot.compression == program.format)
    #expect(snapshot.warnings.isEmpty)
    let found = try snapshot.memory.array(of: UInt8.self, at: Address(0x1000), count: region)
    #expect(found.elementsEqual(stream.dropFirst(16)))
  }

  @Test(arguments: Program.allCases.filter(\.isInstalled))
  func `files one behind the other are one file`(program: Program) throws {
    let directory = try TemporaryDirectory()
    let parts = try [stream.prefix(70_000), stream.dropFirst(70_000)].map { part in
      try program.output(directory.write(Array(part), to: "part"))
    }
    let path = try directory.write(parts[0] + parts[1], to: "dump")

    #expect(try Snapshot.open(path: path).memory.byteCount == region)
  }

  @Test(arguments: Program.allCases.filter(\.isInstalled))
  func `a file cut anywhere is an error of one line, or is used where that is allowed`(program: Program) throws {
    let directory = try TemporaryDirectory()
    let whole = try program.output(directory.write(Array(stream.prefix(200_000)), to: "dump"))
    for count in stride(from: 1, to: whole.count - 1, by: max(1, whole.count / 40)) {
      let path = try directory.write(Array(whole.prefix(count)), to: "cut")
      let error = #expect(throws: SnapshotError.self, "\(count) bytes") { try Snapshot.open(path: path) }
      #expect(error?.description.contains("\n") == false, "\(count) bytes")
      let snapshot = try? Snapshot.open(path: path) { $0.allowTruncated = true }
      #expect((snapshot?.memory.byteCount ?? 0) < 200_000, "\(count) bytes")
    }
  }

  @Test(arguments: Program.allCases.filter(\.isInstalled))
  func `a region's file may be compressed`(program: Program) throws {
    let directory = try TemporaryDirectory()
    let dump = try directory.makeDirectory("dump")
    let bytes = try program.output(directory.write([UInt8](repeating: 7, count: 0x3000), to: "region"))
    let suffix = ["gzip": "gz", "zstd": "zst"][program.rawValue] ?? program.rawValue
    try directory.write(bytes, to: "dump/mem.0000000000001000.0000000000004000.bin.\(suffix)")

    let snapshot = try Snapshot.open(path: dump)

    #expect(snapshot.format == .directory)
    #expect(snapshot.compression == program.format)
    #expect(try snapshot.memory.load(UInt8.self, at: Address(0x3FFF)) == 7)
    #expect(snapshot.warnings.isEmpty)
  }

  @Test(arguments: Program.allCases.filter(\.isInstalled))
  func `what is broken in the middle is told by the name of its format`(program: Program) throws {
    let directory = try TemporaryDirectory()
    let whole = try program.output(directory.write(stream, to: "dump"))
    for place in [whole.count / 3, whole.count / 2] {
      var broken = whole
      for index in place..<(place + 64) { broken[index] ^= 0xA5 }
      let path = try directory.write(broken, to: "broken")
      let error = #expect(throws: SnapshotError.self, "\(place)") { try Snapshot.open(path: path) }
      let text = error?.description ?? ""
      #expect(text.contains("\(program.rawValue): ") && !text.contains("\n"), "\(text)")
    }
  }

  private func place(in directory: String, memoryLimit: Int) -> SpillingPlace {
    var options = SnapshotOptions()
    options.memoryLimit = memoryLimit
    options.temporaryDirectory = directory
    return SpillingPlace(path: "dump", options: options)
  }

  @Test func `memory and a file are one run of addresses`() throws {
    let directory = try TemporaryDirectory()
    let place = self.place(in: directory.path, memoryLimit: 2 * (64 << 20))
    let memory = try SpillingMemory(capacity: 200 << 20, place: place)

    try memory.commit(130 << 20)
    for position in stride(from: 0, to: 130 << 20, by: 1 << 20) {
      unsafe memory.room(from: position).storeBytes(of: position, as: Int.self)
    }
    let bytes = memory.finished(count: 130 << 20)

    #expect(place.hasSpilled)
    #expect(bytes.load(Int.self, at: 129 << 20) == 129 << 20)
    #expect(bytes.load(Int.self, at: 1 << 20) == 1 << 20)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  @Test func `parts of what is reserved go into a file without a name`() throws {
    let directory = try TemporaryDirectory()
    let place = self.place(in: directory.path, memoryLimit: 1 << 20)
    let memory = try SpillingMemory(capacity: 100 << 20, place: place)

    try memory.commit(parts: [0..<4096, (90 << 20)..<(92 << 20)])
    unsafe memory.room(from: 90 << 20).storeBytes(of: 7, as: Int.self)
    let bytes = memory.finished(count: 100 << 20)
    let store = try place.makeStore(8 << 20)
    defer { close(store.file) }

    #expect(place.hasSpilled && !store.isInMemory)
    #expect(bytes.load(Int.self, at: 90 << 20) == 7 && bytes.load(Int.self, at: 50 << 20) == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  @Test func `more than a disk has is refused before it is written`() throws {
    let directory = try TemporaryDirectory()
    let place = self.place(in: directory.path, memoryLimit: 1 << 20)
    let memory = try SpillingMemory(capacity: 1 << 44, place: place)

    let problem = #expect(throws: SnapshotError.self) { try memory.commit(parts: [0..<(1 << 44)]) }
    #expect(problem == .tooLarge(path: "dump", limit: 0, directory: directory.path))
    #expect(throws: SnapshotError.self) { _ = try place.makeStore(1 << 44) }
    let nowhere = self.place(in: directory.path("missing"), memoryLimit: 1 << 20)
    #expect(throws: SnapshotError.self) { _ = try nowhere.makeStore(8 << 20) }
  }
}

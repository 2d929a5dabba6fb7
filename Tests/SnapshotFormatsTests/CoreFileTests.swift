import MemoryImage
@testable import SnapshotFormats
import NativeProcess
import TestSupport
import Testing

struct CoreFileTests {
  private func core(_ change: (inout CoreWriter) -> Void = { _ in }) -> CoreWriter {
    var core = CoreWriter(
      regions: [
        .init(address: 0x40_0000, bytes: utf8("text"), memorySize: 0x1000, flags: 5),
        .init(address: 0x60_0000, bytes: utf8("data")),
      ],
      files: [.init(start: 0x40_0000, end: 0x40_1000, page: 3, path: "/usr/bin/a python")])
    change(&core)
    return core
  }

  private func error(of core: CoreWriter, cutting count: Int = 0) throws -> (String?, path: String) {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array(core.bytes.dropLast(count)), to: "core.1")
    let error = #expect(throws: SnapshotError.self) { try Snapshot.open(path: path) }
    return (error?.description, path)
  }

  @Test func `a core's load segments are its regions`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(core().bytes, to: "core.1")

    let snapshot = try Snapshot.open(path: path)

    #expect(snapshot.format == .core)
    #expect(snapshot.machine == "x86_64")
    #expect(snapshot.memory.regions.map(\.range.start) == [Address(0x40_0000), Address(0x60_0000)])
    #expect(snapshot.memory.regions.map(\.permissions) == [[.read, .execute], [.read, .write]])
    #expect(snapshot.memory.regions.map(\.file) == ["/usr/bin/a python", nil])
    #expect(try snapshot.memory.load(UInt32.self, at: Address(0x60_0000)) == 0x6174_6164)
    let range = try #require(AddressRange(start: Address(0x40_0000), count: 0x1000))
    #expect(snapshot.mappedFiles == [MappedFile(range: range, offset: 0x3000, path: "/usr/bin/a python")])
  }

  @Test func `memory that the core leaves out is missing and not zero`() throws {
    let directory = try TemporaryDirectory()
    let whole = core { $0.regions.append(.init(address: 0x70_0000, bytes: [], memorySize: 0x2000)) }
    let path = try directory.write(whole.bytes, to: "core.1")

    let snapshot = try Snapshot.open(path: path)

    #expect(!snapshot.memory.isMapped(Address(0x40_0004), byteCount: 1))
    #expect(!snapshot.memory.isMapped(Address(0x70_0000), byteCount: 1))
    #expect(
      snapshot.warnings == [
        "\(path): 1 regions (8192 bytes) that are in no file are not in the core either, first 0000000000700000: "
          + "never written to, so that they were zero, or kept out by MADV_DONTDUMP, and no coredump_filter would add them",
        "\(path): 4092 bytes of 1 mapped files are neither in the core nor in a file on this machine that is surely the "
          + "same, without which names of static types may be lost: try --sysroot or --file with /usr/bin/a python",
      ])
  }

  @Test func `a number of program headers beyond 16 bits is in the first section header`() throws {
    let directory = try TemporaryDirectory()
    let many = core { core in
      core.countsInSection = true
      core.regions = (0..<70000).map { .init(address: 0x10000 + UInt64($0) * 16, bytes: [UInt8($0 & 0xFF)]) }
    }
    let path = try directory.write(many.bytes, to: "core.1")

    let snapshot = try Snapshot.open(path: path)

    #expect(snapshot.memory.regions.count == 70000)
    #expect(try snapshot.memory.load(UInt8.self, at: Address(0x10000 + 69999 * 16)) == UInt8(69999 & 0xFF))
  }

  @Test func `an ELF file that is no core of a machine we know is refused`() throws {
    let cases: [(String, (inout CoreWriter) -> Void, String)] = [
      ("program of 32 bits", { ($0.fileClass, $0.type) = (1, 2) }, "ELF class: expected 64-bit (2), found 32-bit (1)"),
      ("big-endian", { $0.byteOrder = 2 }, "ELF byte order: expected little-endian (1), found big-endian (2)"),
      ("library", { $0.type = 3 }, "ELF type: expected a core file (4), found a shared object (3)"),
      ("odd type", { $0.type = 77 }, "ELF type: expected a core file (4), found 77"),
      ("MIPS", { $0.machine = 8 }, "ELF machine: expected x86_64 (62) or aarch64 (183), found mips64el (8)"),
      ("odd", { $0.machine = 999 }, "ELF machine: expected x86_64 (62) or aarch64 (183), found 999"),
    ]
    for (name, change, message) in cases {
      let (description, path) = try error(of: core(change))
      #expect(description == "\(path): \(message)", "\(name)")
    }
  }

  @Test func `a cut core says which header runs past the end and how much is missing, and is used`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array(core().bytes.dropLast(3)), to: "core.1")

    let snapshot = try Snapshot.open(path: path)

    let size = core().bytes.count
    #expect(
      snapshot.warnings.first
        == "\(path): program header 2 at offset 0xb0, with bytes up to offset 0x\(String(size, radix: 16)), is cut: "
        + "the file ends at offset 0x\(String(size - 3, radix: 16)), 3 bytes are missing")
    #expect(snapshot.memory.regions.map(\.range.count) == [4, 1])
    // The cut, and the file whose pages are missing.
    #expect(snapshot.warnings.count == 2)
  }

  @Test func `a core cut anywhere is an error or opens, and never reads past its end`() throws {
    let whole = core().bytes
    let directory = try TemporaryDirectory()
    for count in 4..<whole.count {
      let path = try directory.write(Array(whole.prefix(count)), to: "core.1")
      let snapshot = try? Snapshot.open(path: path)
      #expect((snapshot?.memory.byteCount ?? 0) < 8, "\(count) bytes")
      #expect(snapshot.map { !$0.warnings.isEmpty } ?? true, "\(count) bytes")
    }
  }

  @Test func `impossible numbers are named with their place`() throws {
    let cases: [(String, (inout CoreWriter) -> Void, String)] = [
      (
        "wrapping addresses", { $0.regions[1].address = .max - 2 },
        "program header 2 at offset 0xb0: 0x4 bytes from address FFFFFFFFFFFFFFFD on run past the end of the address "
          + "space"
      ),
      (
        "wrapping offsets", { $0.regions[1].offset = .max - 2 },
        "program header 2 at offset 0xb0: offset 0xfffffffffffffffd and file size 0x4 exceed 64 bits"
      ),
      (
        "more sections than bytes", { $0.sectionCount = 1 << 40 },
        "section header 0 at offset 0xe8: expected at most 6 sections, found 1099511627776"
      ),
    ]
    for (name, change, message) in cases {
      let (description, path) = try error(of: core(change))
      #expect(description == "\(path): \(message)", "\(name)")
    }
  }

  @Test func `a core without any bytes of memory is an error`() throws {
    let (description, path) = try error(of: core { $0.regions = [.init(address: 0x1000, bytes: [], memorySize: 4096)] })

    #expect(
      description
        == "\(path): no program header of this core file has bytes of memory, "
        + "try a larger /proc/PID/coredump_filter or gcore")
  }

  @Test func `a broken note of mapped files costs only the names`() throws {
    let tooMany = UInt64(1 << 60).littleEndianBytes + UInt64(4096).littleEndianBytes
    let backwards =
      UInt64(1).littleEndianBytes + UInt64(4096).littleEndianBytes
      + UInt64(2).littleEndianBytes + UInt64(1).littleEndianBytes + UInt64(0).littleEndianBytes + utf8("/a\0")
    let unended = core().fileNoteWithoutLastByte
    for (name, note) in [("count", tooMany), ("range", backwards), ("path", unended), ("empty", [])] {
      let directory = try TemporaryDirectory()
      let path = try directory.write(core { $0.fileNote = note }.bytes, to: "core.1")

      let snapshot = try Snapshot.open(path: path)

      #expect(snapshot.mappedFiles.isEmpty, "\(name)")
      #expect(
        snapshot.warnings.first
          == "\(path): program header 0 at offset 0x40: broken note NT_FILE, what the notes behind it tell is "
          + "left out",
        "\(name)")
    }
  }
}

private extension CoreWriter {
  /// One file's entry whose path lacks its terminating zero.
  var fileNoteWithoutLastByte: [UInt8] {
    UInt64(1).littleEndianBytes + UInt64(4096).littleEndianBytes + UInt64(1).littleEndianBytes
      + UInt64(2).littleEndianBytes + UInt64(0).littleEndianBytes + utf8("/a")
  }
}

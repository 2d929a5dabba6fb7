import CElf
import MemoryImage
@testable import SnapshotFormats
@testable import NativeProcess
import TestSupport
import Testing

/// The warnings of a core about memory that it lacks, and the advice in them.
struct CoreGapsTests {
  private func warnings(_ change: (inout CoreWriter) -> Void) throws -> [String] {
    var writer = CoreWriter()
    writer.files = [.init(start: 0x40_0000, end: 0x40_1000, path: "/srv/data")]
    writer.regions = [.init(address: 0x40_0000, bytes: [UInt8](repeating: 1, count: 0x1000), flags: 4)]
    change(&writer)
    let directory = try TemporaryDirectory()
    return try Snapshot.open(path: directory.write(writer.bytes, to: "core")).warnings
  }

  @Test func `a larger filter is advised where no private memory is in the core`() throws {
    let absent = CoreWriter.Region(address: 0x70_0000, bytes: [], memorySize: 0x2000)
    let filtered = try warnings { $0.regions.append(absent) }
    #expect(filtered.count == 1 && filtered[0].contains("try a larger /proc/PID/coredump_filter"), "\(filtered)")
    // The heap is there, so the filter included such memory: what is absent was never touched.
    let untouched = try warnings { $0.regions += [.init(address: 0x60_0000, bytes: [1, 2, 3, 4]), absent] }
    #expect(untouched.count == 1 && untouched[0].contains("never written to"), "\(untouched)")
    #expect(!untouched[0].contains("try "), "\(untouched)")
    // Without the list of mapped files what is absent may be in any of them.
    let nameless = try warnings {
      $0.files = []
      $0.regions += [.init(address: 0x60_0000, bytes: [1, 2, 3, 4]), absent]
    }
    #expect(nameless.count == 1 && nameless[0].contains("try a larger"), "\(nameless)")
  }

  @Test func `the pages of the kernel around the vDSO are no loss`() throws {
    for (start, isLoss) in [(UInt64(0x7FFF_0000), false), (0x6FFF_0000, true)] {
      let found = try warnings {
        $0.auxiliaryVector = [33, 0x7FFF_4000, 0, 0]
        $0.regions.append(.init(address: start, bytes: [], memorySize: 0x4000, flags: 4))
      }
      #expect(found.isEmpty == !isLoss, "\(found)")
    }
  }

  /// A core with a mapping of 3 MiB and a byte, of which only the parts are not zero, and a thread that is in it.
  private func opened(pointer: UInt64, parts: [Range<Int>]) throws -> Snapshot {
    let start: UInt64 = 0x7F00_0000_0000
    let range = try #require(AddressRange(start: Address(start), count: 0x30_1000))
    let layout = RegisterLayout(machine: EM_X86_64)
    var registers = [UInt64](repeating: 0, count: layout.count)
    registers[layout.stackPointer] = start + pointer
    var facts = ProcessFacts()
    facts.threads = [ThreadFacts(id: 1, signal: 0, registers: registers, layout: layout)]
    let region = CapturePlan.Region(range: range, permissions: [.read, .write], name: nil, runs: [range])
    var bytes = [UInt8](repeating: 0, count: range.count)
    for part in parts { bytes.replaceSubrange(part, with: [UInt8](repeating: 7, count: part.count)) }
    let directory = try TemporaryDirectory()
    let head = CoreHead(regions: [region], process: facts, files: []).bytes
    return try Snapshot.open(path: directory.write(head + bytes, to: "core"))
  }

  @Test func `a stack that is zero where its thread stands was not read, and is missing`() throws {
    let snapshot = try opened(pointer: 0x20_0040, parts: [100..<200])

    #expect(snapshot.memory.byteCount == 1 << 20)
    let warning = try #require(snapshot.warnings.first)
    #expect(snapshot.warnings.count == 1 && warning.contains("1 stretches (2101248 bytes)"), "\(warning)")
    #expect(warning.contains("first 00007F0000100000") && warning.contains("gdb"), "\(warning)")
  }

  private static let zeros: [(pointer: Int, part: Range<Int>?)] = [
    (0x20_0000, 0x20_01F4..<0x20_01F5), (0x30_0FA0, nil), (0x40, 0x30_0000..<0x30_0001),
  ]

  @Test(arguments: zeros)
  func `zeros elsewhere are zeros`(pointer: Int, part: Range<Int>?) throws {
    // Something is on the stack; too little is left of it to judge; and what is after it was read.
    let snapshot = try opened(pointer: UInt64(pointer), parts: part.map { [$0] } ?? [])

    #expect(snapshot.memory.byteCount == 0x30_1000 && snapshot.warnings.isEmpty, "\(snapshot.warnings)")
  }
}

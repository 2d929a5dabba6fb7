import MemoryImage
import Testing

@testable import CPython

@Suite("Builds with other object heads")
struct BuildRecognitionTests {
  private let start = Address(0x7F00_0000_0000)

  /// A memory with `type` two words later than usual, the text of `sys.version`, and a table of debug offsets.
  private func memory(version text: String, freeThreadedOffsets: [UInt64]? = nil) throws -> AddressSpace {
    var words = [UInt64](repeating: 0, count: 64)
    words[3] = start.rawValue
    words[5] = start.rawValue + 128
    (words[6], words[7]) = (896, 40)
    words[16] = Array("type".utf8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    var bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
    bytes += Array(text.utf8) + [UInt8](repeating: 0, count: 512 - text.utf8.count)
    if let numbers = freeThreadedOffsets {
      let table = [UInt64(0x030D_00F0), 1] + numbers
      bytes += Array("xdebugpy".utf8)
      bytes += table.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
    }
    let range = try #require(AddressRange(start: start, count: bytes.count))
    let region = try #require(MemoryRegion(range: range, owner: MappedBytes(copying: bytes)))
    return AddressSpace(regions: [region])
  }

  /// The message with which opening the memory fails.
  private func refusal(_ memory: AddressSpace, version: PythonVersion? = nil) -> String? {
    do {
      _ = try Inferior.open(memory, version: version, threadCount: 1)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("a free-threaded build is refused by name, whatever version the user says")
  func freeThreaded() throws {
    let memory = try memory(version: "", freeThreadedOffsets: DebugOffsetsTests.numbers3_13)

    for version in [nil, PythonVersion(3, 13)] {
      let reason = try #require(refusal(memory, version: version))
      #expect(reason.hasPrefix("a free-threaded build of CPython 3.13.0 is not supported"))
    }
  }

  @Test("a build that links all objects is refused by name")
  func traceRefs() throws {
    let memory = try memory(version: "3.10.13 (main, Oct  2 2026, 21:13:02) [GCC 12.2.0]")

    let reason = try #require(refusal(memory))

    #expect(reason.hasPrefix("a build of CPython 3.10.13 with Py_TRACE_REFS is not supported"))
  }

  @Test("memory without any type is no Python")
  func nothing() throws {
    let region = try #require(
      AddressRange(start: start, count: 4096).flatMap {
        MemoryRegion(range: $0, owner: MappedBytes(copying: [UInt8](repeating: 0, count: 4096)))
      })

    let reason = try #require(refusal(AddressSpace(regions: [region])))

    #expect(reason.hasPrefix("no Python found"))
  }
}

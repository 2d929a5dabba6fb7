@testable import SnapshotFormats
import TestSupport
import Testing

/// Headers of a core that are damaged so that its memory is missing or shifted, though each of them is possible.
struct CoreLayoutTests {
  private static let page = 4096

  private func warnings(_ change: (inout CoreWriter) -> Void = { _ in }, after: [UInt8] = []) throws -> [String] {
    let bytes = [UInt8](repeating: 1, count: 3 * Self.page)
    var core = CoreWriter(regions: [.init(address: 0x40_0000, bytes: bytes), .init(address: 0x60_0000, bytes: bytes)])
    change(&core)
    let directory = try TemporaryDirectory()
    let path = try directory.write(core.bytes + after, to: "core.1")
    return try Snapshot.open(path: path).warnings.map { String($0.dropFirst(path.count + 2)) }
  }

  @Test func `a core whose bytes all belong to one header has no warnings`() throws {
    #expect(try warnings() == [])
  }

  @Test func `bytes after the last segment are named, as they are when some were inserted`() throws {
    let warnings = try warnings(after: [1, 2, 3])

    #expect(warnings.count == 1)
    #expect(warnings.first?.hasPrefix("3 bytes of the file, first at offset 0x6") == true)
  }

  @Test func `bytes between segments that no header names are named`() throws {
    let warnings = try warnings {
      $0.regions[0].fileSize = UInt64(2 * Self.page)
      $0.regions[0].memorySize = UInt64(3 * Self.page)
    }

    #expect(warnings.contains { $0.hasPrefix("4096 bytes of the file, first at offset 0x2") })
  }

  @Test func `segments that name the same bytes are named`() throws {
    let warnings = try warnings { $0.regions[1].offset = 0x110C }

    #expect(
      warnings.contains(
        "program header 1 at offset 0x78 and program header 2 at offset 0xb0 name the same bytes of the file: "
          + "one of them is damaged"))
  }

  @Test func `a segment with more bytes in the file than in memory is named`() throws {
    let warnings = try warnings { $0.regions[0].memorySize = UInt64(Self.page) }

    #expect(
      warnings == [
        "program header 1 at offset 0x78 has 12288 bytes in the file for 4096 in memory, expected all or whole pages: "
          + "it may be damaged"
      ])
  }
}

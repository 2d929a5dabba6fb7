import Foundation
import Glibc
@testable import MemoryImage
import Testing

/// Parts of memory that are known to be zero without being read.
struct FileHolesTests {
  private static let hole = 64 << 20

  /// The bytes of a sparse file: a page of ones, a hole, and a page of ones.
  private func sparse() throws -> MappedBytes {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("sparse-\(UUID().uuidString)").path
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    unsafe unlink(path)
    let page = [UInt8](repeating: 1, count: 4096)
    for offset in [0, 4096 + Self.hole] {
      try #require(unsafe pwrite(descriptor, page, page.count, off_t(offset)) == page.count)
    }
    lseek(descriptor, 7, SEEK_SET)
    let bytes = try MappedBytes(descriptor: descriptor, path: path)
    #expect(lseek(descriptor, 0, SEEK_CUR) == 7)
    return bytes
  }

  @Test func `a hole of a file is found, and nothing else is one`() throws {
    let bytes = try sparse()
    let hole = try #require(bytes.holes.first)
    #expect(bytes.holes.count == 1)
    #expect(hole.lowerBound >= 4096 && hole.upperBound <= 4096 + Self.hole)
    #expect(hole.count >= Self.hole - (1 << 16))
    #expect(MappedBytes(copying: [UInt8](repeating: 0, count: 4 << 20)).holes.isEmpty)
  }

  @Test func `what is in a hole is read as zero and not searched`() throws {
    let bytes = try sparse()
    let start = Address(0x7000_0000_0000)
    func region(_ offset: Int, _ count: Int) throws -> MemoryRegion {
      let range = try #require(AddressRange(start: start + offset, count: count))
      return try #require(MemoryRegion(range: range, owner: bytes, offset: offset))
    }
    let space = AddressSpace(regions: [
      try region(0, 4096), try region(4096, Self.hole), try region(4096 + Self.hole, 4096),
    ])
    let end = start + (8192 + Self.hole)

    #expect(try space.reader.load(UInt64.self, at: start + Self.hole / 2) == 0)
    let chunks = space.chunks(staticData: nil, alignment: 1 << 20)
    #expect(chunks.first?.range.start == start && chunks.last?.range.end == end)
    #expect(chunks.reduce(0) { $0 + $1.range.count } < 4 << 20)
    #expect(chunks.allSatisfy { $0.range.start < start + (1 << 20) || $0.range.end > end - (2 << 20) })
  }

  @Test func `gaps between parts are those that are long enough`() {
    let mega = 1 << 20
    #expect(FileHoles.between([], of: 3 * mega) == [0..<(3 * mega)])
    #expect(FileHoles.between([0..<1, 2..<3, (3 + mega)..<(4 + mega)], of: 4 + mega) == [3..<(3 + mega)])
    #expect(FileHoles.between([10..<20], of: 30, shortest: 1) == [0..<10, 20..<30])
    #expect([0..<10, 20..<30].within(5..<25) == [0..<5, 15..<20])
  }
}

import MemoryImage
import Testing

@testable import SnapshotFormats

struct MappedFilePagesTests {
  /// A file of two pages that begins with ELF's magic, and a core that has its first page.
  private func pages(changing change: (inout [UInt8]) -> Void) throws -> (MappedFilePages, [UInt8]) {
    let directory = try TemporaryDirectory()
    var file = [UInt8](repeating: 0, count: 8192).indices.map { UInt8(truncatingIfNeeded: $0 &* 7) }
    file.replaceSubrange(0..<4, with: [0x7F, 0x45, 0x4C, 0x46])
    file.replaceSubrange(56..<58, with: [1, 0])
    let path = try directory.write(file, to: "library.so")
    var head = Array(file.prefix(4096))
    change(&head)
    let start = Address(0x7F00_0000_0000)
    let inCore = try #require(AddressRange(start: start, count: 4096))
    let whole = try #require(AddressRange(start: start, count: 8192))
    let region = try #require(MemoryRegion(range: inCore, owner: MappedBytes(copying: head)))
    let mapped = MappedFile(range: whole, offset: 0, path: path)
    return (MappedFilePages(of: [mapped], missingFrom: [region], search: FileSearch()), file)
  }

  @Test func `the very same file gives the missing page`() throws {
    let (pages, file) = try pages { _ in }

    let region = try #require(pages.regions.first)
    let memory = AddressSpace(regions: [region])
    #expect(pages.regions.count == 1 && pages.files.allSatisfy { $0.missingByteCount == 0 })
    #expect(try Array(memory.array(of: UInt8.self, at: region.range.start, count: 4096)) == Array(file.suffix(4096)))
    #expect(region.range.start == Address(0x7F00_0000_1000))
  }

  @Test func `a few pointers that the dynamic linker wrote do no harm`() throws {
    let (pages, _) = try pages { $0.replaceSubrange(3000..<3016, with: [UInt8](repeating: 1, count: 16)) }
    #expect(pages.regions.count == 1)
  }

  @Test(arguments: [20, 70])
  func `a file with another header is not used`(offset: Int) throws {
    let (pages, _) = try pages { $0[offset] ^= 0xFF }
    #expect(pages.regions.isEmpty && pages.files.map(\.missingByteCount) == [4096])
  }

  @Test func `a file with another first page is not used`() throws {
    let (pages, _) = try pages { $0.replaceSubrange(2000..<2100, with: [UInt8](repeating: 0xAA, count: 100)) }
    #expect(pages.regions.isEmpty && pages.files.map(\.missingByteCount) == [4096])
  }
}

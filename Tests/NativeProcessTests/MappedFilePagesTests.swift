import MemoryImage
import TestSupport
import Testing

@testable import NativeProcess

struct MappedFilePagesTests {
  /// A file of two pages that begins with the header of a program, and a core that has its first page.
  private func pages(changing change: (inout [UInt8]) -> Void) throws -> (MappedFilePages, [UInt8]) {
    let directory = try TemporaryDirectory()
    var file = [UInt8](repeating: 0, count: 8192).indices.map { UInt8(truncatingIfNeeded: $0 &* 7) }
    file.replaceSubrange(0..<64, with: Library().bytes.prefix(64))
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

  @Test func `pages that the process had written to and a cut took are put back as they were at first`() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.makeDirectory("lib")
    let library = Library(relocations: [(0x5010, Library.relative, 0, 0x123)])
    try directory.write(library.bytes, to: "lib/library.so")
    let head = try #require(Library.range(0, count: 0x1000))
    let data = try #require(Library.range(Library.dataStart, count: 0x2000))
    let region = try #require(MemoryRegion(range: head, owner: MappedBytes(copying: library.bytes.prefix(0x1000))))
    var search = FileSearch()
    search.sysroot = directory.path

    let restored = MappedFilePages(of: Library.mappings, missingFrom: [region], search: search, lost: [data])
    let taken = MappedFilePages(of: Library.mappings, missingFrom: [region], search: search)

    let memory = AddressSpace(regions: restored.regions)
    #expect(restored.files.map(\.restoredByteCount) == [0x2000] && restored.files.map(\.takenByteCount) == [0])
    #expect(try memory.load(UInt64.self, at: data.start + 0x10) == Library.base + 0x123)
    #expect(try memory.load(UInt64.self, at: data.start + 8) == 0x1008)
    #expect(taken.files.map(\.restoredByteCount) == [0] && taken.files.map(\.takenByteCount) == [0x1800])
  }

  @Test func `a file that nothing tells of is used if the user names it, and that is said`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Library().bytes, to: "library.so")
    var search = FileSearch()
    search.sysroot = directory.path("nothing")
    let unnamed = MappedFilePages(of: Library.mappings, missingFrom: [], search: search)
    search.files = [path]
    let named = MappedFilePages(of: Library.mappings, missingFrom: [], search: search)

    #expect(unnamed.regions.isEmpty && unnamed.files.map(\.missingByteCount) == [0x3000])
    #expect(named.regions.count == 2 && named.files.map(\.source) == [path])
    #expect(named.warnings.count == 1 && named.warnings[0].hasPrefix("\(path): used for /lib/library.so, though nothing"))
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

struct OverlappingMappingTests {
  @Test func `mappings that all cover all regions are looked at once`() throws {
    let regions = try (0..<2000).map { number in
      let range = try #require(AddressRange(start: Address(0x10000 + UInt64(number) * 0x2000), count: 1))
      return try #require(MemoryRegion(range: range, owner: MappedBytes(copying: [1])))
    }
    let whole = try #require(AddressRange(start: Address(0x1000), end: Address(0x7FFF_0000_0000)))
    let files = (0..<2000).map { MappedFile(range: whole, offset: 0, path: "/nothing/\($0)") }

    let pages = MappedFilePages(of: files, missingFrom: regions, search: FileSearch())

    #expect(pages.files.count == 1 && pages.files[0].missingByteCount == whole.count - 2000)
  }
}

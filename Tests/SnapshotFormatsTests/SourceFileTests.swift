import Foundation
import MemoryImage
@testable import SnapshotFormats
@testable import NativeProcess
import TestSupport
import Testing

/// The files of this machine that may supply bytes that a dump lacks.
struct SourceFileTests {
  private static let base = Address(0x7F00_0000_0000)

  /// A dump that holds the first `headCount` bytes of the file at `path`, of which one page more was mapped.
  private func pages(of path: String, head: [UInt8], headCount: Int, _ search: FileSearch) throws -> MappedFilePages {
    let range = try #require(AddressRange(start: Self.base, count: headCount))
    let rest = try #require(AddressRange(start: Self.base + 0x10000, count: 4096))
    let region = try #require(
      MemoryRegion(range: range, owner: MappedBytes(copying: head.prefix(headCount)), permissions: .read))
    let mappings = [
      MappedFile(range: range, offset: 0, path: path), MappedFile(range: rest, offset: 4096, path: path),
    ]
    return MappedFilePages(of: mappings, missingFrom: [region], search: search)
  }

  @Test(arguments: [4, 64, 4095])
  func `a few first bytes that are the same do not identify a file`(headCount: Int) throws {
    let directory = try TemporaryDirectory()
    let library = Library().bytes
    let path = try directory.write(library, to: "library.so")

    #expect(try pages(of: path, head: library, headCount: headCount, FileSearch()).regions.isEmpty)
    #expect(try pages(of: path, head: library, headCount: 4096, FileSearch()).regions.count == 1)
  }

  @Test func `a first page that nobody could write to has to be the same to the last byte`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Library().bytes, to: "library.so")
    var head = Library().bytes
    head[4000] ^= 1

    #expect(try pages(of: path, head: head, headCount: 4096, FileSearch()).regions.isEmpty)
  }

  @Test(arguments: ["/../secret.so", "/a/../../secret.so", "/link.so", "/relative.so", "/folder/secret.so"])
  func `a path does not lead out of --sysroot`(path: String) throws {
    let directory = try TemporaryDirectory()
    let secret = try directory.write(Library().bytes, to: "secret.so")
    let root = try directory.makeDirectory("root")
    _ = try directory.makeDirectory("root/a")
    let links = [("link.so", secret), ("relative.so", "../secret.so"), ("folder", directory.path)]
    for (name, target) in links {
      try FileManager.default.createSymbolicLink(atPath: "\(root)/\(name)", withDestinationPath: target)
    }

    #expect(throws: FileProblem.self) { try SourceFile(FileSearch.Candidate(root: root, path: path, isNamed: true)) }
  }

  @Test func `links of an image are followed within it`() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.makeDirectory("usr")
    try directory.write(Library().bytes, to: "usr/library.so")
    for (name, target) in [("lib", "/usr"), ("absolute.so", "/lib/library.so"), ("relative.so", "lib/../library.so")] {
      try FileManager.default.createSymbolicLink(atPath: directory.path(name), withDestinationPath: target)
    }

    for path in ["/absolute.so", "/lib/library.so", "/../usr/library.so"] {
      let file = try SourceFile(FileSearch.Candidate(root: directory.path, path: path, isNamed: true))
      #expect(file.path == directory.path + path)
      #expect(file.bytes.count == Library().bytes.count)
    }
  }

  @Test func `an index depends on the file and on what was taken`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Library().bytes, to: "library.so")
    func identities(_ search: FileSearch) throws -> [String] {
      let pages = try pages(of: "/lib/library.so", head: [0, 0, 0, 0], headCount: 4, search)
      var contents = SnapshotContents()
      contents.files = pages.files
      return Snapshot(contents: contents, source: "dump", format: .core).sourceIdentities
    }
    let search = FileSearch(files: [path])

    let first = try identities(search)
    try FileManager.default.removeItem(atPath: path)
    let without = try identities(search)
    try directory.write(Library().bytes, to: "library.so")
    let second = try identities(search)

    #expect(first.count == 1 && without.isEmpty && second.count == 1 && first != second)
  }
}

@testable import SnapshotFormats
import TestSupport
import Testing

struct DumpIdentityTests {
  private static let region = "mem.0000000000001000.0000000000001004.bin"

  @Test func `what is written beside a dump does not change it`() throws {
    let directory = try TemporaryDirectory()
    let dump = try directory.makeDirectory("dump")
    try directory.write(utf8("abcd"), to: "dump/\(Self.region)")
    let before = DumpIdentity.lines(of: dump)

    try directory.write(utf8("index"), to: "dump" + DumpIdentity.indexSuffix)
    try directory.write(utf8("index"), to: "dump/core" + DumpIdentity.indexSuffix)

    #expect(before?.count == 1)
    #expect(DumpIdentity.lines(of: dump) == before)
  }

  @Test func `a file that is written anew makes another dump`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(utf8("abcd"), to: Self.region)
    let before = DumpIdentity.lines(of: directory.path)

    try directory.write(utf8("abcde"), to: Self.region)

    #expect(before?.count == 1)
    #expect(DumpIdentity.lines(of: directory.path) != before)
  }
}

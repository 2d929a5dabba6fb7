import Glibc
import MemoryImage
@testable import SnapshotFormats
import Testing

struct SnapshotMessagesTests {
  @Test func `each error is one line that begins with the path and says what to try`() {
    let errors: [(SnapshotError, [String])] = [
      (.unreadable(path: "/d", errno: EACCES), ["permission denied", "try it as the file's owner"]),
      (.neitherFileNorDirectory(path: "/d"), ["found a pipe or a device"]),
      (.noRegions(path: "/d"), ["mem.START.END.bin"]),
      (.unknownFormat(path: "/d", firstBytes: [1, 0xAB]), ["not a dump", "found 01 AB"]),
      (.unknownFormat(path: "/d", firstBytes: []), ["found an empty file"]),
      (
        .truncated(path: "/d", place: "region 3", offset: 0x1F80, missing: 7),
        ["region 3", "0x1f80", "7 bytes", "--allow-truncated"]
      ),
      (.malformed(path: "/d", place: "note 2", problem: "too long"), ["note 2: too long"]),
      (
        .unsupportedElf(path: "/d", property: "class", expected: "64 bits", found: "32 bits"),
        ["expected 64 bits, found 32 bits"]
      ),
      (.emptyCore(path: "/d"), ["coredump_filter"]),
      (.tooLarge(path: "/d", limit: 10, directory: nil), ["no memory for more than 10 bytes", "--memory-limit"]),
      (.tooLarge(path: "/d", limit: 10, directory: "/t"), ["/t has no room", "--temp-dir"]),
      (.severalDumps(path: "/d", names: ["a", "b\n", "c", "e"]), ["found 4", "a, b?, c"]),
      (.tooManyRegions(path: "/d", count: 5, limit: 65530), ["of 65530", "after 5 regions"]),
      (.tooManyRegions(path: "/d", count: 5, limit: nil), ["the limit on mappings"]),
    ]
    for (error, words) in errors {
      let line = error.description
      #expect(line.hasPrefix("/d: ") && !line.contains("\n") && words.allSatisfy(line.contains), "\(line)")
    }
    let line = SnapshotError.temporaryFile(directory: "/t\u{1B}", errno: ENOSPC).description
    #expect(line == "/t?: no temporary file can be made: no space left on device, try --temp-dir")
  }

  @Test func `what is cut is told in another way where it is used`() {
    let cut = SnapshotError.truncated(path: "/d", place: "region 3", offset: 16, missing: 7)
    #expect(cut.asWarning == "/d: region 3 is cut: the file ends at offset 0x10, 7 bytes are missing")
    #expect(SnapshotError.noRegions(path: "/d").asWarning == SnapshotError.noRegions(path: "/d").description)
  }

  @Test func `each format has a name of its own`() {
    let names = SnapshotFormat.allCases.map(\.description)
    #expect(Set(names).count == names.count && names.allSatisfy { !$0.isEmpty })
  }
}

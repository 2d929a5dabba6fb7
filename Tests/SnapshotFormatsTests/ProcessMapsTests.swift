import MemoryImage
@testable import SnapshotFormats
import Testing

struct ProcessMapsTests {
  private static let excerpt = """
    555555554000-555555588000 r--p 00000000 fe:01 1234                       /usr/bin/python3.10
    555555588000-55555578a000 r-xp 00034000 fe:01 1234                       /home/a user/my  python (deleted)
    5555559ad000-555555a21000 rw-p 00000000 00:00 0                          [heap]
    7ffff0000000-7ffff0021000 rw-p 00000000 00:00 0\u{20}
    7ffff7000000-7ffff7004000 rw-s 00000000 00:01 2048                       /memfd:ring (deleted)
    7ffff7fc0000-7ffff7fc4000 r--p 00000000 00:00 0                          [vvar]
    7ffff7fc6000-7ffff7fc8000 r-xp 00000000 00:00 0                          [vdso]
    7ffff7ff0000-7ffff7ff1000 ---p 00000000 00:00 0\u{20}
    ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]

    """

  private let maps = ProcessMaps(parsing: excerpt)

  @Test func `every line of maps is a mapping`() {
    #expect(maps.unknownLineCount == 0)
    #expect(
      maps.mappings.map(\.range.description) == [
        "0000555555554000-0000555555588000", "0000555555588000-000055555578A000", "00005555559AD000-0000555555A21000",
        "00007FFFF0000000-00007FFFF0021000", "00007FFFF7000000-00007FFFF7004000", "00007FFFF7FC0000-00007FFFF7FC4000",
        "00007FFFF7FC6000-00007FFFF7FC8000", "00007FFFF7FF0000-00007FFFF7FF1000", "FFFFFFFFFF600000-FFFFFFFFFF601000",
      ])
    #expect(
      maps.mappings.map(\.permissions.description) == [
        "r--", "r-x", "rw-", "rw-", "rw-", "r--", "r-x", "---", "--x",
      ])
  }

  @Test func `a path keeps its spaces and loses the mark of a deleted file`() {
    let mapping = maps.mappings[1]

    #expect(mapping.name == "/home/a user/my  python")
    #expect(mapping.isDeleted)
    #expect(mapping.offset == 0x34000)
    #expect(mapping.inode == 1234)
  }

  @Test func `memory without a name has none`() {
    #expect(maps.mappings[3].name == nil)
    #expect(!maps.mappings[3].isDeleted)
  }

  @Test func `only readable private memory of the process itself is worth copying`() {
    #expect(maps.mappings.map(\.isWorthCopying) == [true, true, true, true, false, false, true, false, false])
  }

  @Test(arguments: [
    "garbage", "1000 r--p 0 00:00 0", "1000-1000 r--p 0 00:00 0", "2000-1000 r--p 0 00:00 0",
    "1000-2000 r--q 0 00:00 0", "1000-2000 xxxp 0 00:00 0", "1000-2000 r--p zz 00:00 0", "1000-2000 r--p 0 00:00",
    "-1-2 r--p 0 00:00 0",
    "11112222333344445-2 r--p 0 00:00 0",
  ])
  func `a line that is no mapping is counted and skipped`(line: String) {
    let maps = ProcessMaps(parsing: "1000-2000 r--p 0 00:00 0\n\(line)\n")

    #expect(maps.mappings.count == 1)
    #expect(maps.unknownLineCount == 1)
  }
}

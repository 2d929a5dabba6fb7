@testable import NativeProcess
import Testing

struct FileSearchTests {
  private func candidates(_ search: FileSearch, _ path: String) -> [FileSearch.Candidate] { search.candidates(for: path) }

  @Test func `what was named comes first, the machine's own file last`() {
    let search = FileSearch(sysroot: "/copy", files: ["/tmp/other.so", "/tmp/lib.so"], directory: "/dump")
    let expected: [(String, Bool)] = [
      ("/tmp/other.so", false), ("/tmp/lib.so", true), ("/copy/usr/lib.so", true), ("/dump/usr/lib.so", true),
      ("/dump/lib.so", true), ("/usr/lib.so", false),
    ]

    for path in ["/usr/lib.so", "/usr/lib.so (deleted)"] {
      let found = candidates(search, path)
      #expect(found.map(\.description) == expected.map(\.0) && found.map(\.isNamed) == expected.map(\.1), "\(path)")
    }
  }

  @Test(arguments: ["[heap]", "", "relative", "/dev/zero", "anon_inode:[perf]", "/proc/self/exe"])
  func `what is no file is looked for nowhere`(path: String) {
    #expect(candidates(FileSearch(sysroot: "/copy", files: ["/tmp/a"], directory: "/dump"), path).isEmpty)
  }

  @Test func `registers are named by machine`() {
    // EM_AARCH64 and EM_X86_64 in elf.h.
    let arm = RegisterLayout(machine: 183)
    let x86 = RegisterLayout(machine: 62)

    #expect(arm.count == 34 && arm.names[arm.instructionPointer] == "pc" && arm.names[arm.stackPointer] == "sp")
    #expect(arm.names[arm.call] == "x8" && arm.names[arm.firstArgument] == "x0" && arm.threadPointer == nil)
    #expect(x86.count == 27 && x86.names[x86.instructionPointer] == "rip" && x86.names[x86.stackPointer] == "rsp")
    #expect(x86.names[x86.call] == "orig_rax" && x86.names[x86.firstArgument] == "rdi")
    #expect(x86.threadPointer.map { x86.names[$0] } == "fs_base")
  }
}

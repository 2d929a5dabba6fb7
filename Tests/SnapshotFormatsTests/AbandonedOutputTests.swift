import Foundation
import Glibc
@testable import SnapshotFormats
import TestSupport
import Testing

struct AbandonedOutputTests {
  private let region = "mem.0000000000001000.0000000000002000.bin"
  /// An id that no process can have.
  private let gone = Int32.max

  /// The remaining ones of these outputs after another dump was made beside them: directories with one file each.
  private func left(of outputs: [(name: String, file: String)], mode: mode_t = 0o700) throws -> [String] {
    let directory = try TemporaryDirectory()
    for (name, file) in outputs {
      let path = try directory.makeDirectory(name)
      try directory.write(utf8("bytes"), to: "\(name)/\(file)")
      unsafe chmod(path, mode)
    }
    try makeDump(in: directory)
    return try names(in: directory)
  }

  private func makeDump(in directory: TemporaryDirectory) throws {
    let output = try OutputDirectory(path: directory.path("dump"))
    try output.finish(owner: nil)
  }

  private func names(in directory: TemporaryDirectory) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted().filter { $0 != "dump" }
  }

  @Test func `what a dumper that was killed has left is removed by the next, and named`() throws {
    let directory = try TemporaryDirectory()
    // In a container the next dumper may have the same id.
    let names = [".other.partial-\(gone)", ".dump.partial-\(getpid())"]
    for name in names {
      let path = try directory.makeDirectory(name)
      try directory.write(utf8("bytes"), to: "\(name)/\(region)")
      try directory.write(utf8("bytes"), to: "\(name)/\(region).zst")
      unsafe chmod(path, 0o700)
    }
    let file = try directory.write(utf8("bytes"), to: ".core.partial-\(gone)")
    unsafe chmod(file, 0o600)

    let output = try OutputFile(path: directory.path("dump"))
    try output.finish(owner: nil)

    #expect(output.removedNames == [".core.partial-\(gone)"] + names.sorted())
    #expect(try self.names(in: directory).isEmpty)
  }

  @Test func `what a dumper that lives is writing stays`() throws {
    let living = ".dump.partial-\(getppid())"
    #expect(try left(of: [(living, region)]) == [living])

    // The dumper may run in another container, where it has another id: then it has the lock.
    let directory = try TemporaryDirectory()
    let elsewhere = ".other.partial-\(gone)"
    let path = try directory.makeDirectory(elsewhere)
    unsafe chmod(path, 0o700)
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY)
    #expect(flock(descriptor, LOCK_EX) == 0)
    try makeDump(in: directory)
    #expect(try names(in: directory) == [elsewhere])
    close(descriptor)
    try makeDump(in: directory)
    #expect(try names(in: directory).isEmpty)
  }

  @Test func `a dumper holds the lock of its output`() throws {
    let directory = try TemporaryDirectory()
    let output = try OutputDirectory(path: directory.path("dump"))

    let descriptor = unsafe open(directory.path(".dump.partial-\(getpid())"), O_RDONLY | O_DIRECTORY)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)

    try output.finish(owner: nil)
    close(descriptor)
  }

  @Test func `what anybody else may have made stays`() throws {
    for name in [
      "dump.partial-\(gone)", ".dump.partial-", ".dump.partial-\(gone)x", ".dump.partial-0\(gone)", ".dump.part-\(gone)",
      ".partial-\(gone)", ".dump.partial-99999999999", ".dump.partial--5",
    ] {
      #expect(try left(of: [(name, region)]) == [name], "\(name)")
    }
    let name = ".dump.partial-\(gone)"
    #expect(try left(of: [(name, "notes.txt")]) == [name])
    #expect(try left(of: [(name, region)], mode: 0o755) == [name])
  }

  @Test func `a symbolic link under such a name is not followed and stays`() throws {
    let directory = try TemporaryDirectory()
    let target = try directory.makeDirectory("target")
    try directory.write(utf8("bytes"), to: "target/\(region)")
    unsafe chmod(target, 0o700)
    try FileManager.default.createSymbolicLink(
      atPath: directory.path(".dump.partial-\(gone)"), withDestinationPath: target)

    try makeDump(in: directory)

    #expect(try names(in: directory) == [".dump.partial-\(gone)", "target"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: target) == [region])
  }

  @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
  func `what belongs to another user stays`() throws {
    let directory = try TemporaryDirectory()
    let name = ".dump.partial-\(gone)"
    let path = try directory.makeDirectory(name)
    unsafe chmod(path, 0o700)
    unsafe chown(path, 4711, 4712)

    try makeDump(in: directory)

    #expect(try names(in: directory) == [name])
  }
}

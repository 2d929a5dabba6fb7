import Foundation

/// A directory for the files of one test, removed with everything in it at the test's end.
package final class TemporaryDirectory {
  package let path: String

  package init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("memtools-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of a file called `name`, which need not exist.
  package func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes a file and returns its path.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  /// Makes a directory inside and returns its path.
  package func makeDirectory(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
    return path(name)
  }
}

/// The text as the bytes of a dump.
package func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

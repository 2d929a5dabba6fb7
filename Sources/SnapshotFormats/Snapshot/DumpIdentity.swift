import Glibc
import NativeProcess

/// The identity of a dump, which changes with its contents: the names, sizes and times of its files.
package enum DumpIdentity {
  /// The suffixes of files with indexes, and of those that record which objects may refer to others.
  package static let indexSuffix = ".python-memtools-index"
  package static let referencesSuffix = ".python-memtools-references"

  /// Returns a line for each file of the dump at `path`, a directory or a file; nil if it cannot be read.
  ///
  /// Each line has the file's name, inode, size in bytes, and the times in nanoseconds at which its contents and its
  /// attributes were last changed.
  package static func lines(of path: String) -> [String]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFDIR else { return [SourceFile.identity("", status)] }
    let directory = RegionDirectory(path: path, descriptor: descriptor, options: SnapshotOptions())
    guard let names = try? directory.fileNames() else { return nil }
    return names.compactMap { name in
      // A core may be in a directory with its libraries: all files count, except indexes of other dumps. Directories do
      // not: an index written next to the dump changes the parent (`..`).
      guard !name.hasSuffix(indexSuffix), !name.hasSuffix(referencesSuffix),
        unsafe fstatat(descriptor, name, &status, 0) == 0, status.st_mode & S_IFMT == S_IFREG
      else { return nil }
      return SourceFile.identity(name, status)
    }
  }

  /// The same for this program, as an index that another build made is not used.
  package static var ofThisProgram: String { lines(of: "/proc/self/exe")?.first ?? "" }
}

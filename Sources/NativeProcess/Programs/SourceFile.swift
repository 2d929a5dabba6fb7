import COpen
package import Glibc
package import MemoryImage

/// A file on this machine that may provide bytes which a dump lacks.
package struct SourceFile {
  package let bytes: MappedBytes
  /// The path of the file, for messages.
  package let path: String
  /// The identity of the file, which changes with its contents.
  package let identity: String

  /// Opens the file that a candidate names.
  ///
  /// - Throws: `FileProblem` if it cannot be opened or mapped, or is not a regular file: opening a pipe or a device could
  ///   block or have an effect.
  package init(_ candidate: FileSearch.Candidate) throws {
    path = candidate.description
    let descriptor = try Self.descriptor(of: candidate)
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw FileProblem(path: path, errno: EINVAL)
    }
    identity = Self.identity(path, status)
    bytes = try MappedBytes(descriptor: descriptor, path: path)
  }

  /// Returns the identity of a file: its name, inode, size in bytes, and the times in nanoseconds at which its contents and
  /// its attributes were last changed.
  package static func identity(_ name: String, _ status: stat) -> String {
    let changes = [status.st_mtim, status.st_ctim].map { "\($0.tv_sec).\($0.tv_nsec)" }
    return "\(name) \(status.st_ino) \(status.st_size) " + changes.joined(separator: " ")
  }

  private static func descriptor(of candidate: FileSearch.Candidate) throws -> Int32 {
    let path = candidate.description
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    var descriptor: Int32 = -1
    if let root = candidate.root {
      let directory = unsafe open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard directory >= 0 else { throw FileProblem(path: root, errno: errno) }
      defer { close(directory) }
      descriptor = unsafe rooted_open(directory, candidate.path)
      // Before Linux 5.6: a path that leads out of the root is refused here, while the kernel would keep it inside.
      if descriptor < 0, errno == ENOSYS, isInside(path, root) { descriptor = unsafe open(path, flags) }
    } else {
      descriptor = unsafe open(path, flags)
    }
    guard descriptor >= 0 else { throw FileProblem(path: path, errno: errno) }
    return descriptor
  }

  private static func isInside(_ path: String, _ root: String) -> Bool {
    guard let real = unsafe realpath(path, nil), let realRoot = unsafe realpath(root, nil) else { return false }
    defer {
      unsafe free(real)
      unsafe free(realRoot)
    }
    let prefix = unsafe String(cString: realRoot)
    return unsafe String(cString: real).hasPrefix(prefix == "/" ? prefix : prefix + "/")
  }
}

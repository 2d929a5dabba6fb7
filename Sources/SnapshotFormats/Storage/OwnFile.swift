import Glibc
package import MemoryImage

/// A file that stores what the program has found, for the next time.
package enum OwnFile {
  /// A function that passes the bytes of a file, part by part, to its argument.
  package typealias Writer = (_ write: (RawSpan) throws -> Void) throws -> Void

  /// Maps the file; nil if there is none. A file that others may write is not trusted.
  package static func bytes(_ path: String) -> MappedBytes? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      status.st_mode & 0o022 == 0
    else { return nil }
    return try? MappedBytes(descriptor: descriptor, path: path)
  }

  /// Makes a folder and its missing parents, for the user alone. A failure shows when the file is written.
  package static func makeFolder(_ folder: String) {
    for end in folder.indices.dropFirst() where folder[end] == "/" { _ = unsafe mkdir(String(folder[..<end]), 0o700) }
    _ = unsafe mkdir(folder, 0o700)
  }

  /// `O_TMPFILE` (fcntl.h), which the C library declares for GNU programs only.
  private static let unnamed: Int32 = 0o20000000 | O_DIRECTORY

  /// Writes a file that has no name until it is complete, so that nothing is left of it if the program is ended.
  ///
  /// - Throws: `FileProblem`, and what `writer` throws.
  package static func write(to path: String, in folder: String, _ writer: Writer) throws {
    let descriptor = unsafe open(folder, Self.unnamed | O_WRONLY | O_CLOEXEC, 0o600)
    if descriptor < 0, [EOPNOTSUPP, EISDIR, EINVAL].contains(errno) { return try writeNamed(to: path, writer) }
    guard descriptor >= 0 else { throw FileProblem(path: folder, errno: errno) }
    defer { close(descriptor) }
    try writer { try write($0, to: descriptor, path: path) }
    let source = "/proc/self/fd/\(descriptor)"
    // A link does not replace a file. A lost index does no harm, but a file of another name would stay.
    for _ in 0..<16 {
      if unsafe linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 { return }
      guard errno == EEXIST, unsafe unlink(path) == 0 || errno == ENOENT else {
        throw FileProblem(path: path, errno: errno)
      }
    }
    // Other processes write the same index at the same time, and theirs is as good.
  }

  /// The same where the file system has no files without names.
  private static func writeNamed(to path: String, _ writer: Writer) throws {
    let temporary = "\(path).\(getpid())"
    let descriptor = unsafe open(temporary, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileProblem(path: temporary, errno: errno) }
    defer { close(descriptor) }
    do {
      try writer { try write($0, to: descriptor, path: path) }
      guard unsafe rename(temporary, path) == 0 else { throw FileProblem(path: path, errno: errno) }
    } catch {
      _ = unsafe unlink(temporary)
      throw error
    }
  }

  private static func write(_ bytes: RawSpan, to descriptor: Int32, path: String) throws {
    try unsafe bytes.withUnsafeBytes { bytes in
      var rest = unsafe bytes
      while unsafe !rest.isEmpty {
        // SAFETY: `rest` is a part of the span.
        let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw FileProblem(path: path, errno: count < 0 ? errno : ENOSPC) }
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }
}

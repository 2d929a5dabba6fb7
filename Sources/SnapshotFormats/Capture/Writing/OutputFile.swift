import Glibc
import MemoryImage

/// A file that gets its name when it is complete. Until then it has none, or a temporary one if the file system does not
/// support files without a name. Only its owner can read it.
final class OutputFile: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: several threads only call `write(_:at:)`, which changes nothing here.
  private let path: String
  private let descriptor: Int32
  private let directory: Int32
  private let name: String
  private var temporaryName: String?
  private var end = 0
  /// The outputs of killed dumpers that were removed from the same directory.
  let removedNames: [String]

  /// Creates the file.
  ///
  /// - Throws: `CaptureError` if a file or symbolic link exists at `path`, or if the file cannot be created.
  init(path: String) throws {
    self.path = path
    let parts = OutputPath(path)
    name = parts.name
    directory = try parts.openDirectory()
    var status = stat()
    guard unsafe fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 else {
      close(directory)
      throw CaptureError.unwritable(path: path, errno: EEXIST)
    }
    removedNames = AbandonedOutput.removeAll(from: directory)
    var file = unsafe openat(directory, ".", Self.temporaryFlag | O_RDWR | O_CLOEXEC, 0o600)
    if file < 0 {
      let temporaryName = parts.temporaryName
      file = unsafe openat(directory, temporaryName, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      self.temporaryName = temporaryName
      // The lock shows other dumpers that we are running.
      if file >= 0 { _ = flock(file, LOCK_EX | LOCK_NB) }
    }
    descriptor = file
    guard file >= 0 else {
      let failure = errno
      temporaryName = nil
      close(directory)
      throw CaptureError.unwritable(path: path, errno: failure)
    }
  }

  /// `O_TMPFILE`, whose definition the importer does not understand: `__O_TMPFILE | O_DIRECTORY`.
  private static let temporaryFlag: Int32 = 0o20_000_000 | O_DIRECTORY

  deinit {
    if let temporaryName { _ = unsafe unlinkat(directory, temporaryName, 0) }
    if descriptor >= 0 {
      close(descriptor)
      close(directory)
    }
  }

  /// Sets the size of the file. Bytes that are not written are zero and take no room.
  func setSize(_ count: Int) throws {
    guard ftruncate(descriptor, off_t(count)) == 0 else { throw CaptureError.unwritable(path: path, errno: errno) }
  }

  /// Writes all of `bytes` at an offset.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    unsafe try descriptor.write(bytes, at: offset, path: path)
  }

  /// Writes all of `bytes` after those appended before.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    unsafe try write(bytes, at: end)
    end += bytes.count
  }

  /// Gives the complete file its name, and its owner if there is one. Without this call, the file is removed.
  ///
  /// - Throws: `CaptureError` if it cannot be written to the disk, or if another file has been created at the path in the
  ///   meantime.
  func finish(owner: FileOwner?) throws {
    // Network file systems report only on a close that they are full; closing any descriptor will do.
    guard close(dup(descriptor)) == 0 else { throw CaptureError.unwritable(path: path, errno: errno) }
    if let owner, fchown(descriptor, owner.user, owner.group) != 0 {
      throw CaptureError.unwritable(path: path, errno: errno)
    }
    if let temporaryName {
      // A link does not replace a file created in the meantime; FAT does not support links.
      if unsafe linkat(directory, temporaryName, directory, name, 0) == 0 {
        _ = unsafe unlinkat(directory, temporaryName, 0)
      } else {
        guard errno == EPERM, unsafe renameat(directory, temporaryName, directory, name) == 0 else {
          throw CaptureError.unwritable(path: path, errno: errno)
        }
      }
      self.temporaryName = nil
    } else {
      guard unsafe linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", directory, name, AT_SYMLINK_FOLLOW) == 0 else {
        throw CaptureError.unwritable(path: path, errno: errno)
      }
    }
  }
}

/// The location of an output: the directory, and the name in it.
struct OutputPath {
  /// The directory, which must exist.
  let directory: String
  /// The last component.
  let name: String

  init(_ path: String) {
    let whole = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    if let slash = whole.lastIndex(of: "/") {
      directory = slash == whole.startIndex ? "/" : String(whole[..<slash])
      name = String(whole[whole.index(after: slash)...])
    } else {
      directory = "."
      name = whole
    }
  }

  /// Opens the directory.
  ///
  /// - Throws: `CaptureError` if it does not exist.
  func openDirectory() throws -> Int32 {
    let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CaptureError.unwritable(path: directory, errno: errno) }
    return descriptor
  }
}

extension Int32 {
  /// Writes all of `bytes` to this descriptor at an offset, or after what was written before if the offset is nil.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int?, path: String) throws {
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      let written: Int
      if let offset {
        // SAFETY: `rest` is always a part of `bytes`, here and below.
        let position = off_t(offset + bytes.count - rest.count)
        written = unsafe pwrite(self, rest.baseAddress, rest.count, position)
      } else {
        written = unsafe Glibc.write(self, rest.baseAddress, rest.count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw CaptureError.unwritable(path: path, errno: errno)
      }
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}

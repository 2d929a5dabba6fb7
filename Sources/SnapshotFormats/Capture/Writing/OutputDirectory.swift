import Glibc
import MemoryImage

/// A directory of files that gets its name when it is complete. It is readable by its owner only, as are the files in
/// it.
final class OutputDirectory: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: several threads only call `write(_:to:at:)`, which changes nothing here.
  private let path: String
  private let parent: Int32
  private let descriptor: Int32
  private let name: String
  /// The name it has until it is complete; nil where it is filled in its place.
  private let temporaryName: String?
  private var fileNames: [String] = []
  private var isFinished = false
  /// What other dumpers had left in the same directory, and was removed.
  let removedNames: [String]

  /// Makes the directory.
  ///
  /// One that exists and is empty is replaced, or filled in its place where it cannot be: it may be a container's
  /// volume.
  ///
  /// - Throws: `CaptureError` if there is a file, a symbolic link or a directory with anything in it, or none can be
  ///   made.
  init(path: String) throws {
    let parts = OutputPath(path)
    self.path = path
    name = parts.name
    let parent = try parts.openDirectory()
    do {
      let existing = try Self.existing(path, name: parts.name, parent: parent)
      removedNames = AbandonedOutput.removeAll(from: parent)
      let temporary = parts.temporaryName
      if existing != .fixed, unsafe mkdirat(parent, temporary, 0o700) == 0 {
        temporaryName = temporary
      } else {
        guard existing != .none else { throw CaptureError.unwritable(path: path, errno: errno) }
        temporaryName = nil
      }
      let opened = temporaryName ?? parts.name
      descriptor = unsafe openat(parent, opened, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { throw CaptureError.unwritable(path: path, errno: errno) }
      self.parent = parent
      // It tells other dumpers that we live.
      if temporaryName != nil { _ = flock(descriptor, LOCK_EX | LOCK_NB) }
      guard fchmod(descriptor, 0o700) == 0 else { throw CaptureError.unwritable(path: path, errno: errno) }
    } catch {
      close(parent)
      throw error
    }
  }

  deinit {
    if !isFinished { remove() }
    close(descriptor)
    close(parent)
  }

  /// Makes an empty file.
  func makeFile(_ name: String, size: Int) throws {
    let file = unsafe openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw CaptureError.unwritable(path: "\(path)/\(name)", errno: errno) }
    defer { close(file) }
    fileNames.append(name)
    guard ftruncate(file, off_t(size)) == 0 else {
      throw CaptureError.unwritable(path: "\(path)/\(name)", errno: errno)
    }
  }

  /// Writes all of `bytes` to a file at an offset.
  func write(_ bytes: UnsafeRawBufferPointer, to name: String, at offset: Int) throws {
    let file = unsafe openat(descriptor, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { throw CaptureError.unwritable(path: "\(path)/\(name)", errno: errno) }
    var isOpen = true
    defer { if isOpen { close(file) } }
    unsafe try file.write(bytes, at: offset, path: "\(path)/\(name)")
    isOpen = false
    // Network file systems tell only here that they have no room.
    guard close(file) == 0 else { throw CaptureError.unwritable(path: "\(path)/\(name)", errno: errno) }
  }

  /// Writes down what the directory has to hold.
  func writeManifest(_ manifest: DumpManifest) throws {
    try makeFile(DumpManifest.fileName, size: 0)
    unsafe try manifest.bytes.withUnsafeBytes { unsafe try write($0, to: DumpManifest.fileName, at: 0) }
  }

  /// Gives the complete directory its name, and all to its owner if there is one. Without this call nothing is left.
  func finish(owner: FileOwner?) throws {
    if let owner { try give(to: owner) }
    if let temporaryName {
      guard unsafe renameat(parent, temporaryName, parent, name) == 0 else {
        throw CaptureError.unwritable(path: path, errno: errno)
      }
    }
    isFinished = true
  }

  private func give(to owner: FileOwner) throws {
    for name in fileNames {
      let file = unsafe openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      defer { if file >= 0 { close(file) } }
      guard file >= 0, fchown(file, owner.user, owner.group) == 0 else {
        throw CaptureError.unwritable(path: "\(path)/\(name)", errno: errno)
      }
    }
    // The directory comes last: from then on its new owner can put other files in the place of ours.
    guard fchown(descriptor, owner.user, owner.group) == 0 else {
      throw CaptureError.unwritable(path: path, errno: errno)
    }
  }

  private func remove() {
    for name in fileNames { _ = unsafe unlinkat(descriptor, name, 0) }
    if let temporaryName { _ = unsafe unlinkat(parent, temporaryName, AT_REMOVEDIR) }
  }

  /// What was there before.
  private enum Existing {
    /// Nothing.
    case none
    /// An empty directory.
    case empty
    /// An empty directory that cannot be replaced: where another file system is mounted, or the one we are in.
    case fixed
  }

  private static func existing(_ path: String, name: String, parent: Int32) throws -> Existing {
    let descriptor = unsafe openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT else { throw CaptureError.unwritable(path: path, errno: errno) }
      return .none
    }
    defer { close(descriptor) }
    var own = stat()
    var outer = stat()
    let isMounted = unsafe fstat(descriptor, &own) != 0 || fstat(parent, &outer) != 0 || own.st_dev != outer.st_dev
    guard let names = descriptor.entryNames() else { throw CaptureError.unwritable(path: path, errno: errno) }
    guard names.isEmpty else { throw CaptureError.directoryNotEmpty(path: path) }
    return isMounted || name == "." || name == ".." ? .fixed : .empty
  }
}

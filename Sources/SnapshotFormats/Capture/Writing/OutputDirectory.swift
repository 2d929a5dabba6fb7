import Glibc
import MemoryImage

/// A directory of files that gets its name when it is complete. Only its owner can read it and the files in it.
final class OutputDirectory: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: several threads only call `write(_:to:at:)`, which changes nothing here.
  private let path: String
  private let parent: Int32
  private let descriptor: Int32
  private let name: String
  /// The name of the directory until it is complete; nil if it is filled in place.
  private let temporaryName: String?
  private var fileNames: [String] = []
  private var isFinished = false
  /// The outputs of killed dumpers that were removed from the same directory.
  let removedNames: [String]

  /// Creates the directory.
  ///
  /// An existing empty directory is replaced. If it cannot be, as when it is a container's volume, it is filled in place.
  ///
  /// - Throws: `CaptureError` if a file, a symbolic link or a directory that is not empty exists, or if the directory cannot
  ///   be created.
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
      // The lock shows other dumpers that we are running.
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

  /// Creates an empty file.
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
    // Network file systems report only here that they are full.
    guard close(file) == 0 else { throw CaptureError.unwritable(path: "\(path)/\(name)", errno: errno) }
  }

  /// Writes the list of what the directory must hold.
  func writeManifest(_ manifest: DumpManifest) throws {
    try makeFile(DumpManifest.fileName, size: 0)
    unsafe try manifest.bytes.withUnsafeBytes { unsafe try write($0, to: DumpManifest.fileName, at: 0) }
  }

  /// Gives the complete directory its name, and its contents to `owner` if that is not nil. Without this call, everything is
  /// removed.
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
    // The directory comes last: from then on its new owner can replace our files.
    guard fchown(descriptor, owner.user, owner.group) == 0 else {
      throw CaptureError.unwritable(path: path, errno: errno)
    }
  }

  private func remove() {
    for name in fileNames { _ = unsafe unlinkat(descriptor, name, 0) }
    if let temporaryName { _ = unsafe unlinkat(parent, temporaryName, AT_REMOVEDIR) }
  }

  /// What exists at the path.
  private enum Existing {
    /// Nothing.
    case none
    /// An empty directory.
    case empty
    /// An empty directory that cannot be replaced: a mount point, or the current directory or its parent.
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

import Glibc
import MemoryImage

/// The directory that a capture is written to: readable by its owner only, as are the files in it.
final class CaptureDirectory {
  private let path: String
  private let descriptor: Int32
  private let wasMade: Bool
  private var fileNames: [String] = []

  /// Makes the directory, or takes an empty one and closes it to others.
  ///
  /// - Throws: `CaptureError` if the directory has anything in it or cannot be made.
  init(path: String) throws {
    wasMade = unsafe mkdir(path, 0o700) == 0
    guard wasMade || errno == EEXIST else { throw CaptureError.unwritable(path: path, errno: errno) }
    // A symbolic link could lead our files to where somebody else wants them.
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw CaptureError.unwritable(path: path, errno: errno) }
    self.path = path
    self.descriptor = descriptor
    guard try isEmpty() else { throw CaptureError.directoryNotEmpty(path: path) }
    guard fchmod(descriptor, 0o700) == 0 else { throw CaptureError.unwritable(path: path, errno: errno) }
  }

  deinit {
    close(descriptor)
  }

  /// Makes the file of a region that is expected to have `range`.
  func makeFile(for range: AddressRange) throws -> CaptureFile {
    let name = RegionFileName(range: range).text
    let file = unsafe openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw CaptureError.unwritable(path: "\(path)/\(name)", errno: errno) }
    fileNames.append(name)
    return CaptureFile(descriptor: file, path: "\(path)/\(name)", expected: range)
  }

  /// Ends a file, under the name of the range that it really has: a hole may have cut it short.
  func finish(_ file: consuming CaptureFile) throws {
    guard let range = file.written, range != file.expected else { return }
    let (oldName, newName) = (RegionFileName(range: file.expected).text, RegionFileName(range: range).text)
    guard unsafe renameat(descriptor, oldName, descriptor, newName) == 0 else {
      throw CaptureError.unwritable(path: "\(path)/\(newName)", errno: errno)
    }
    fileNames.removeAll { $0 == oldName }
    fileNames.append(newName)
  }

  /// Gives the directory and all files to `owner`.
  func give(to owner: FileOwner) throws {
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

  /// Removes everything that was made, after a failure.
  func remove() {
    for name in fileNames { _ = unsafe unlinkat(descriptor, name, 0) }
    fileNames = []
    if wasMade { _ = unsafe rmdir(path) }
  }

  private func isEmpty() throws -> Bool {
    let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard duplicate >= 0, let stream = unsafe fdopendir(duplicate) else {
      throw CaptureError.unwritable(path: path, errno: errno)
    }
    defer { unsafe closedir(stream) }
    while let entry = unsafe readdir(stream) {
      let name = unsafe entry.name
      if name != "." && name != ".." { return false }
    }
    return true
  }
}

/// The file of one region while it is written.
struct CaptureFile: ~Copyable {
  private let descriptor: Int32
  private let path: String
  /// The range that the file was made for.
  let expected: AddressRange
  private var count = 0

  fileprivate init(descriptor: Int32, path: String, expected: AddressRange) {
    self.descriptor = descriptor
    self.path = path
    self.expected = expected
  }

  deinit {
    close(descriptor)
  }

  /// The range of the bytes written so far; nil if there are none.
  var written: AddressRange? { AddressRange(start: expected.start, count: count) }

  /// Appends all of `bytes`.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      // SAFETY: `rest` is always a part of `bytes`.
      let written = unsafe write(descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw CaptureError.unwritable(path: path, errno: errno)
      }
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      count += written
    }
  }
}

import Glibc
import MemoryImage

/// What a dumper left behind that was killed: an output under the name that it has until it is complete.
///
/// The next dump that is made in the same folder removes it, for it may be as large as the process. It is ours by its
/// name, private and its owner ours; and its dumper is gone: no process has its id, and nobody holds the lock of it,
/// as a dumper does, which may run in another container where it has another id.
struct AbandonedOutput {
  private let directory: Int32
  private let name: String

  /// Removes all that lie in an open directory, which stays the caller's; returns their names.
  static func removeAll(from directory: Int32) -> [String] {
    let names = (directory.entryNames() ?? []).filter { OutputPath.dumper(ofTemporaryName: $0).map(isGone) ?? false }
    return names.sorted().filter { AbandonedOutput(directory: directory, name: $0).remove() }
  }

  /// Whether no other process has this id. We have not made anything yet: what has our own is an earlier one's, as
  /// ids come again soon in a container.
  private static func isGone(_ dumper: pid_t) -> Bool {
    dumper == getpid() || kill(dumper, 0) != 0 && errno == ESRCH
  }

  /// Removes the output; false if it is not what we think, or cannot be removed as a whole.
  private func remove() -> Bool {
    let descriptor = unsafe openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 == 0,
      flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else { return false }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return unsafe unlinkat(directory, name, 0) == 0
    case S_IFDIR: return removeRegions(in: descriptor)
    default: return false
    }
  }

  /// Removes a directory with nothing in it but files of regions.
  private func removeRegions(in descriptor: Int32) -> Bool {
    guard let files = descriptor.entryNames(), files.allSatisfy({ RegionFileName($0) != nil }) else { return false }
    for file in files { _ = unsafe unlinkat(descriptor, file, 0) }
    return unsafe unlinkat(directory, name, AT_REMOVEDIR) == 0
  }
}

extension OutputPath {
  /// What stands between the name of an output and the id of its dumper.
  private static let separator = ".partial-"

  /// A name for what is not complete yet, that no listing without `-a` shows.
  var temporaryName: String { ".\(name)\(Self.separator)\(getpid())" }

  /// The id of the dumper that gave this name; nil if it is no such name.
  static func dumper(ofTemporaryName name: String) -> pid_t? {
    let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard name.hasPrefix("."), let last = parts.last, last.first != UInt8(ascii: "0"), last.allSatisfy(isDigit),
      name.utf8.count > last.count + separator.utf8.count + 1,
      name.utf8.dropLast(last.count).suffix(separator.utf8.count).elementsEqual(separator.utf8)
    else { return nil }
    return pid_t(String(decoding: last, as: UTF8.self))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

import Glibc
import MemoryImage

/// An output of a dumper that was killed, under the temporary name that it has until it is complete.
///
/// The next dump in the same folder removes it, as it may be as large as the process. Only our own outputs are removed: the
/// name is ours, the file is private and its owner is the current user. The dumper must also be gone: no process has its id,
/// and its lock is not held. A dumper that runs in another container, where it has another id, does hold the lock.
struct AbandonedOutput {
  private let directory: Int32
  private let name: String

  /// Removes all abandoned outputs from an open directory, which stays the caller's, and returns their names.
  static func removeAll(from directory: Int32) -> [String] {
    let names = (directory.entryNames() ?? []).filter { OutputPath.dumper(ofTemporaryName: $0).map(isGone) ?? false }
    return names.sorted().filter { AbandonedOutput(directory: directory, name: $0).remove() }
  }

  /// Returns whether no other process has this id. We have not created anything yet, so an output with our own id belongs to
  /// an earlier process: ids are soon reused in a container.
  private static func isGone(_ dumper: pid_t) -> Bool {
    dumper == getpid() || kill(dumper, 0) != 0 && errno == ESRCH
  }

  /// Removes the output. Returns false if it is not ours, or cannot be removed as a whole.
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

  /// Removes a directory that contains only files of regions.
  private func removeRegions(in descriptor: Int32) -> Bool {
    guard let files = descriptor.entryNames(), files.allSatisfy({ RegionFileName($0) != nil }) else { return false }
    for file in files { _ = unsafe unlinkat(descriptor, file, 0) }
    return unsafe unlinkat(directory, name, AT_REMOVEDIR) == 0
  }
}

extension OutputPath {
  /// The text between the name of an output and the id of its dumper.
  private static let separator = ".partial-"

  /// The name of an incomplete output, which listings without `-a` do not show.
  var temporaryName: String { ".\(name)\(Self.separator)\(getpid())" }

  /// Returns the id of the dumper that chose this name; nil if it is no such name.
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

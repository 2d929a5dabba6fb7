import CWatch
import CPython
import SnapshotFormats

/// The limits of the program's resources, and their enforcement.
enum Limits {
  /// Has the program end, with one line that says why, after `timeout` seconds, beyond `memory` bytes, or when the dump
  /// at `path` is truncated while it is read.
  static func enforce(timeout: Double?, memory: ByteLimit?, path: String) {
    unsafe watch_mapped_files(PythonText.escaped(path))
    _ = watch_limits(timeout ?? 0, UInt64((memory ?? .default).bytes))
  }

  /// The least stack that is enough for all commands, in bytes.
  private static let leastStack: UInt64 = 256 << 10

  /// Throws if the stacks of threads may not be as large as commands need: an overflow ends the program without a message.
  static func checkStack() throws {
    let size = watch_stack_size()
    guard size < leastStack else { return }
    throw StackTooSmall(size: size, least: leastStack)
  }
}

/// Stacks that are too small for any command.
struct StackTooSmall: Error, CustomStringConvertible {
  let size: UInt64
  let least: UInt64

  var description: String {
    "the limit of stacks is \(size) bytes, expected at least \(least): try ulimit -s \(least >> 10)"
  }
}

private extension ByteLimit {
  /// Three quarters of the memory of the machine or of the container: enough for a compressed dump that inflates to half
  /// of it.
  static var `default`: ByteLimit { ByteLimit(bytes: FreeMemory.totalByteCount / 4 * 3) }
}

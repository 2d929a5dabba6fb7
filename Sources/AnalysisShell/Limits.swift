import CWatch
import CPython
import SnapshotFormats

/// What the program may take, and what ends it where it takes more.
enum Limits {
  /// Has the program end, with one line that says why, after `timeout` seconds, beyond `memory`, and where the dump at
  /// `path` loses its end while it is read.
  static func enforce(timeout: Double?, memory: ByteLimit?, path: String) {
    unsafe watch_mapped_files(PythonText.escaped(path))
    _ = watch_limits(timeout ?? 0, UInt64((memory ?? .default).bytes))
  }
}

private extension ByteLimit {
  /// Three quarters of the memory of the machine or of the container: enough for a compressed dump that inflates to half
  /// of it.
  static var `default`: ByteLimit { ByteLimit(bytes: FreeMemory.totalByteCount / 4 * 3) }
}

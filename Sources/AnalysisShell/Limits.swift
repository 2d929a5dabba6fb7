import CWatch
import Glibc
import CPython

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
  /// Three quarters of the machine's memory: enough for a compressed dump that inflates to half of it.
  static var `default`: ByteLimit {
    ByteLimit(bytes: max(0, Int(sysconf(Int32(_SC_PHYS_PAGES)))) / 4 * 3 * Int(getpagesize()))
  }
}

import ArgumentParser
import CWatch
import Glibc
import Presentation

/// What the program may take, and what ends it where it takes more.
enum Limits {
  /// Has the program end, with one line that says why, after `timeout` seconds, beyond `memory`, and where the dump at
  /// `path` loses its end while it is read.
  static func enforce(timeout: Double?, memory: ByteLimit?, path: String) {
    unsafe watch_mapped_files(PythonText.escaped(path))
    _ = watch_limits(timeout ?? 0, UInt64((memory ?? .default).byteCount))
  }
}

/// A number of bytes as the user writes it: `1000`, `500M`, `2G`.
struct ByteLimit: ExpressibleByArgument {
  /// The bytes, 0 for no limit.
  let byteCount: Int

  /// Three quarters of the machine's memory: enough for a compressed dump that inflates to half of it.
  static var `default`: ByteLimit {
    ByteLimit(byteCount: max(0, Int(sysconf(Int32(_SC_PHYS_PAGES)))) / 4 * 3 * Int(getpagesize()))
  }

  private init(byteCount: Int) {
    self.byteCount = byteCount
  }

  init?(argument: String) {
    let shifts: [Character: Int] = ["K": 10, "k": 10, "M": 20, "m": 20, "G": 30, "g": 30, "T": 40, "t": 40]
    let shift = argument.last.flatMap { shifts[$0] }
    guard let number = Int(shift == nil ? argument[...] : argument.dropLast()), number >= 0 else { return nil }
    let (byteCount, overflow) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
    guard !overflow else { return nil }
    self.byteCount = byteCount
  }
}

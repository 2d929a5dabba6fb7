import CPython
import Glibc
import Presentation

/// Standard output, buffered in large pieces, and standard error.
final class CommandOutput: AnswerOutput {
  private var buffer: [UInt8] = []
  private static let pieceSize = 1 << 16

  init() {
    // A closed reader is reported by EPIPE instead.
    _ = signal(SIGPIPE, SIG_IGN)
    // A file that may not grow further (`ulimit -f`) is reported by EFBIG.
    _ = signal(SIGXFSZ, SIG_IGN)
  }

  /// Writes text, lines of it or a part of one. Characters that a terminal would obey instead of showing them are
  /// escaped here, wherever the text comes from.
  func write(_ text: String) throws(OutputProblem) {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A }) {
      buffer.append(contentsOf: text.utf8)
    } else {
      buffer.append(contentsOf: PythonText.escapedLines(text).utf8)
    }
    if buffer.count >= Self.pieceSize { try flush() }
  }

  /// Writes out the buffer.
  func flush() throws(OutputProblem) {
    let code = Self.write(buffer, to: STDOUT_FILENO)
    guard code == 0 else { throw OutputProblem(code: code) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes one line to standard error, after all that was written to standard output before.
  func note(_ line: String) throws(OutputProblem) {
    try flush()
    _ = Self.write(Array((PythonText.escaped(line) + "\n").utf8), to: STDERR_FILENO)
  }

  /// Reports what is wrong, under the program's name.
  func complain(_ message: String) throws(OutputProblem) {
    try note("python-memtools: \(message)")
  }

  /// Returns the exit code of the program after a problem, and reports it, unless the reader has closed standard output, as
  /// in `… | head`.
  static func exitCode(for problem: OutputProblem) -> Int32 {
    guard problem.code != EPIPE else { return 0 }
    let reason = unsafe String(cString: strerror(problem.code))
    _ = write(Array("python-memtools: standard output: \(reason)\n".utf8), to: STDERR_FILENO)
    return 1
  }

  /// Writes bytes to a descriptor, and returns the error number if that fails.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // The output is a pipe that does not block, and its reader is slower than the program.
        var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&place, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}

import Glibc
import Synchronization

/// A line on the terminal that shows how far an operation is, and replaces itself; nothing if standard error is no terminal.
final class ProgressLine: Sendable {
  private let verb: String
  private let start = ContinuousClock.now
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let shown = Mutex<Int?>(nil)

  /// Short work shows nothing.
  private static let patience = Duration.milliseconds(500)

  /// A line that begins with `verb`: `inflating: 45 %`.
  init(verb: String) {
    self.verb = verb
  }

  /// The function to call with the bytes done and their total; nil where there is no terminal.
  var callback: (@Sendable (Int, Int?) -> Void)? {
    guard isTerminal else { return nil }
    return { [self] done, total in show(done, of: total) }
  }

  /// Erases the line.
  func end() {
    shown.withLock { shown in
      if shown != nil { Self.write("\r\u{1B}[K") }
      shown = nil
    }
  }

  private func show(_ done: Int, of total: Int?) {
    guard let total, total > 0 else { return }
    let percent = Int(Double(done) * 100 / Double(total))
    shown.withLock { shown in
      guard percent != shown, ContinuousClock.now - start > Self.patience else { return }
      shown = percent
      Self.write("\r\(verb): \(percent) %")
    }
  }

  private static func write(_ text: String) {
    CommandOutput.write(Array(text.utf8), to: STDERR_FILENO)
  }
}

import Glibc
import HeapAnalysis
import MemoryImage
import Presentation
import Synchronization

/// A line on the terminal that shows how far a scan has come; nothing if standard error is no terminal.
final class ScanProgressLine: Sendable {
  private enum State { case waiting, shown, ended }

  private let state = Mutex(State.waiting)

  /// A scan that ends sooner needs no line, in milliseconds.
  private static let patience = 500
  /// The time between two states of the line, in milliseconds.
  private static let interval = 200

  /// Begins to show the progress of a scan of `total` bytes.
  init(of total: Int, _ progress: Progress) {
    guard isatty(STDERR_FILENO) == 1, total > 0 else { return }
    let start = ContinuousClock.now
    WorkerThreads.detach { [self] in
      usleep(UInt32(Self.patience * 1000))
      while show({ Self.text(done: progress.byteCount, total: total, seconds: (ContinuousClock.now - start) / .seconds(1)) }) {
        usleep(UInt32(Self.interval * 1000))
      }
    }
  }

  /// Erases the line.
  func end() {
    state.withLock { state in
      if state == .shown { Self.write("") }
      state = .ended
    }
  }

  /// Shows a text unless the scan has ended. Returns whether it goes on.
  private func show(_ text: () -> String) -> Bool {
    state.withLock { state in
      guard state != .ended else { return false }
      Self.write(text())
      state = .shown
      return true
    }
  }

  /// `scanned 1.2 GB of 3 GB, 2.5 GB/s, 1 s left`.
  static func text(done: Int, total: Int, seconds: Double) -> String {
    guard done > 0, seconds > 0 else { return "scanning \(ByteCount(total))" }
    let rate = Double(done) / seconds
    let left = Int((Double(max(0, total - done)) / rate).rounded(.up))
    return "scanned \(ByteCount(done)) of \(ByteCount(total)), \(ByteCount(Int(rate)))/s, \(left) s left"
  }

  private static func write(_ text: String) {
    // Returns to the beginning of the line, and erases it.
    CommandOutput.write(Array("\r\u{1B}[K\(text)".utf8), to: STDERR_FILENO)
  }
}

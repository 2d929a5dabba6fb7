import Dispatch
import Glibc
import HeapAnalysis
import Presentation

/// A line on the terminal that shows how far a scan has come; nothing if standard error is no terminal.
struct ScanProgressLine {
  private let timer: (any DispatchSourceTimer)?
  private let start = DispatchTime.now()

  /// A scan that ends sooner needs no line.
  private static let patience = DispatchTimeInterval.milliseconds(500)

  /// Begins to show the progress of a scan of `total` bytes.
  init(of total: Int, _ progress: ScanProgress) {
    guard isatty(STDERR_FILENO) == 1, total > 0 else {
      timer = nil
      return
    }
    let start = start
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "progress"))
    timer.schedule(deadline: .now() + Self.patience, repeating: .milliseconds(200))
    timer.setEventHandler {
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
      Self.show(Self.text(done: progress.byteCount, total: total, seconds: seconds))
    }
    timer.resume()
    self.timer = timer
  }

  /// Erases the line.
  func end() {
    guard let timer else { return }
    timer.cancel()
    if DispatchTime.now() > start + Self.patience { Self.show("") }
  }

  /// `scanned 1.2 GB of 3 GB, 2.5 GB/s, 1 s left`.
  static func text(done: Int, total: Int, seconds: Double) -> String {
    guard done > 0, seconds > 0 else { return "scanning \(ByteCount(total))" }
    let rate = Double(done) / seconds
    let left = Int((Double(max(0, total - done)) / rate).rounded(.up))
    return "scanned \(ByteCount(done)) of \(ByteCount(total)), \(ByteCount(Int(rate)))/s, \(left) s left"
  }

  private static func show(_ text: String) {
    // Returns to the beginning of the line, and erases it.
    let bytes = Array("\r\u{1B}[K\(text)".utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

import Foundation
import Glibc

/// A process to be examined, killed at the test's end.
final class ChildProcess {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  /// Starts a program by its path.
  init(_ path: String, _ arguments: String...) throws {
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit {
    kill(id, SIGKILL)
    process.waitUntilExit()
  }

  /// The process's id.
  var id: Int32 { process.processIdentifier }

  /// Sends a line.
  func send(_ line: String) {
    input.fileHandleForWriting.write(Data(line.utf8))
  }

  /// Sends a line and returns the answer, of at most as many bytes.
  func answer(to line: String) -> String {
    send(line)
    return String(decoding: output.fileHandleForReading.readData(ofLength: line.utf8.count), as: UTF8.self)
  }

  /// The value of a line of `/proc/PID/status`.
  func status(_ key: String) throws -> String? {
    let text = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
    return text.split(separator: "\n").first { $0.hasPrefix(key + ":") }?.split(separator: "\t").dropFirst().first
      .map(String.init)
  }
}

/// Waits for a condition, for ten seconds at most.
func wait(until condition: () throws -> Bool) throws {
  for _ in 0..<10000 {
    if try condition() { return }
    usleep(1000)
  }
  throw TimeLimitReached()
}

struct TimeLimitReached: Error {}

/// Why a command ends without success, in one line on standard error.
enum Failure: Error, Equatable {
  /// What was asked for cannot be done: exit code 1.
  case problem(String)
  /// It was asked for wrongly: exit code 64 (`EX_USAGE`).
  case usage(String)
  /// The command has said itself what is wrong: exit code 1 and no line.
  case reported
  /// There is an answer, and memory that it needs is not in the dump, as a warning says: exit code 3 and no line.
  case incomplete

  /// The exit code of the program.
  var exitCode: Int32 {
    switch self {
    case .problem, .reported: 1
    case .usage: 64
    case .incomplete: 3
    }
  }

  /// The failure that any error amounts to.
  init(_ error: any Error) {
    self = (error as? Failure) ?? .problem("\(error)")
  }

  /// The line for standard error, if there is one.
  var message: String? {
    switch self {
    case .problem(let text), .usage(let text): text
    case .reported, .incomplete: nil
    }
  }
}

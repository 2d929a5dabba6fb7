import Glibc

/// Signals that are blocked while unfinished output could be left over, or while a process is stopped. They are delivered
/// when this value ends.
@safe
struct DeferredSignals: ~Copyable {
  private var former = sigset_t()
  private var held = sigset_t()

  /// The signals to block.
  enum Kind {
    /// Signals that would end us, such as Ctrl-C, unless we ignore them.
    case ending
    /// The same, and signals that would stop us, such as Ctrl-Z.
    case all
  }

  private static let ending = [
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU,
  ]
  private static let stopping = [SIGTSTP, SIGTTIN, SIGTTOU]

  /// Blocks the signals for this thread and those that it starts.
  init(_ kind: Kind = .ending) {
    unsafe sigemptyset(&held)
    for number in Self.ending where !Self.isIgnored(number) { unsafe sigaddset(&held, number) }
    if kind == .all { for number in Self.stopping { unsafe sigaddset(&held, number) } }
    unsafe pthread_sigmask(SIG_BLOCK, &held, &former)
  }

  deinit {
    var mask = former
    unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  /// Throws if one of the signals that end us is pending.
  static func check() throws {
    var pending = sigset_t()
    unsafe sigpending(&pending)
    for number in ending where unsafe sigismember(&pending, number) == 1 {
      if !isIgnored(number) { throw CaptureError.interrupted }
    }
  }

  /// Returns whether the signal is ignored: `nohup` has us ignore SIGHUP, and Linux keeps even an ignored signal pending
  /// while it is blocked.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}

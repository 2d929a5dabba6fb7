import Glibc

/// Signals held back while something half-done could be left behind, or a process stands still. They arrive when this
/// value ends.
@safe
struct DeferredSignals: ~Copyable {
  private var former = sigset_t()
  private var held = sigset_t()

  /// What is held back.
  enum Kind {
    /// What would end us, such as Ctrl-C, unless we ignore it.
    case ending
    /// The same, and what would stop us, such as Ctrl-Z.
    case all
  }

  private static let ending = [
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU,
  ]
  private static let stopping = [SIGTSTP, SIGTTIN, SIGTTOU]

  /// Holds signals back for this thread and those it starts.
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

  /// Throws if one of those that end us is waiting.
  static func check() throws {
    var pending = sigset_t()
    unsafe sigpending(&pending)
    for number in ending where unsafe sigismember(&pending, number) == 1 {
      if !isIgnored(number) { throw CaptureError.interrupted }
    }
  }

  /// `nohup` has us ignore SIGHUP, and Linux keeps an ignored signal waiting all the same while it is held back.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}

import Glibc

/// Ctrl-C and its like, held back while something half-done could be left behind. They arrive when this value ends.
@safe
struct HeldSignals: ~Copyable {
  private var former = sigset_t()
  private var held = sigset_t()

  /// Holds back what would end us, and what we do not ignore, for this thread and those it starts.
  init() {
    unsafe sigemptyset(&held)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] where !Self.isIgnored(number) { unsafe sigaddset(&held, number) }
    unsafe pthread_sigmask(SIG_BLOCK, &held, &former)
  }

  deinit {
    var mask = former
    unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  /// Throws if one of them is waiting.
  static func check() throws {
    var pending = sigset_t()
    unsafe sigpending(&pending)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] where unsafe sigismember(&pending, number) == 1 {
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

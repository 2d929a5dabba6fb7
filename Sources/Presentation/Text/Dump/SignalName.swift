/// The names of signals, and the meanings of their causes (`signal(7)`, `sigaction(2)`).
package enum SignalName {
  /// The name of a signal: `SIGSEGV`, or `signal 40` of one that has none.
  package static func name(of number: Int32) -> String {
    guard number > 0, number < names.count else { return "signal \(number)" }
    return "SIG" + names[Int(number)]
  }

  /// The meaning of a signal's cause (`si_code`); nil where the signal alone says it.
  package static func reason(signal: Int32, code: Int32) -> String? {
    switch (signal, code) {
    case (_, 0), (_, -1), (_, -6): nil
    case (_, 128): "raised by the kernel"
    case (11, 1): "no memory is mapped there"
    case (11, 2): "the memory may not be used so"
    case (7, 1): "misaligned"
    case (7, 2): "no such memory, as behind the end of a mapped file"
    case (8, 1): "division by zero"
    case (8, 2): "integer overflow"
    case (4, _): "no such instruction"
    default: "code \(code)"
    }
  }

  private static let names = [
    "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
    "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH",
    "IO", "PWR", "SYS",
  ]
}

package import CPython
package import HeapAnalysis
import MemoryImage
import NativeProcess

/// What `find-all-threads` reports.
package struct ThreadsReport: Encodable, Sendable {
  let threads: [Row]

  package init(_ stacks: [(thread: PythonThread, stack: CallStack)], in inferior: Inferior) {
    var formatter = FrameFormatter(inferior)
    let exceptions = ExceptionText(inferior)
    threads = stacks.map { thread, stack in
      Row(
        thread: ThreadEntry(thread), frame: stack.frames.first.map { formatter.entry(of: $0) },
        raising: thread.state.currentException.isNull ? nil : exceptions.text(of: thread.state.currentException),
        handling: ExceptionList.handled(by: thread.state, stack, in: inferior).map { exceptions.text(of: $0) },
        registers: thread.native.map { native in
          Dictionary(native.registers.map { ($0.name, Address($0.value).description) }, uniquingKeysWith: { $1 })
        },
        futex: thread.native?.futex?.description)
    }
  }

  /// A thread.
  struct Row: Encodable, Sendable {
    let thread: ThreadEntry
    /// The innermost function; null in a thread that runs no Python.
    let frame: FrameEntry?
    /// The exception being raised, and those being handled, the innermost first.
    let raising: String?
    let handling: [String]
    /// Null in dumps other than cores.
    let registers: [String: String]?
    /// The word that the thread waits on in the kernel, if any.
    let futex: String?

    func encode(to encoder: any Encoder) throws {
      try thread.encode(to: encoder)
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(frame, forKey: .frame)
      try container.encode(raising, forKey: .raising)
      try container.encode(handling, forKey: .handling)
      try container.encode(registers, forKey: .registers)
      try container.encode(futex, forKey: .futex)
    }

    private enum Keys: CodingKey {
      case frame, raising, handling, registers, futex
    }
  }
}

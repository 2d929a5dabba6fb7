import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import NativeProcess
import Presentation

/// `find-all-threads`: every thread of every interpreter, from the runtime's own lists.
struct FindAllThreadsCommand: AnalysisCommand {
  static let share = ReadScope.little
  static let configuration = CommandConfiguration(
    commandName: "find-all-threads",
    abstract: "Lists the threads: names, numbers, who holds the GIL, exceptions in flight.",
    discussion: """
      Who waits for the GIL and the registers are known only from an ELF core; the native number before 3.11 only of \
      threads that the module threading knows.
      """)

  @Flag(
    help:
      "Search all memory for threads that are in no list, as where it is damaged or no interpreter is found: those that run Python or that others link to."
  )
  var exhaustive = false

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { exhaustive ? .allMemory : .runtime }

  func run(in session: Session, output: CommandOutput) throws {
    let python = try exhaustive ? session.python() : session.pythonForExceptions()
    let inferior = python.inferior
    var formatter = FrameFormatter(inferior)
    let exceptions = ExceptionText(inferior)
    let rows = session.threads(of: python, exhaustive: exhaustive).stacks(in: inferior).map { thread, stack in
      Row(
        thread: ThreadEntry(thread), frame: stack.frames.first.map { formatter.entry(of: $0) },
        raising: thread.state.currentException.isNull ? nil : exceptions.text(of: thread.state.currentException),
        handling: ExceptionList.handled(by: thread.state, stack, in: inferior).map { exceptions.text(of: $0) },
        registers: thread.native.map { native in
          Dictionary(native.registers.map { ($0.name, Address($0.value).description) }, uniquingKeysWith: { $1 })
        },
        futex: thread.native?.futex?.description)
    }
    if answer.json { return try session.writeJSON(["threads": rows], to: output) }
    for row in rows { for line in row.lines { try output.writeLine(line) } }
    try output.note("\(rows.count) threads found")
  }

  private struct Row: Encodable {
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

    var lines: [String] {
      var lines = [thread.line]
      if let frame {
        lines.append("  in \(frame.place)")
      }
      if let raising { lines.append("  raising \(raising)") }
      lines += handling.map { "  handling \($0)" }
      if let registers {
        let shown = ["rip", "pc", "rsp", "sp"].compactMap { name in registers[name].map { "\(name)=\($0)" } }
        lines.append("  \(shown.joined(separator: " "))" + (futex.map { ", waits on futex \($0)" } ?? ""))
      }
      return lines
    }
  }
}

import HeapAnalysis
import MemoryImage
import Presentation
import TestSupport
import Testing

@testable import CPython

/// What is written of threads, of their stacks, and of the exceptions of a process.
struct ThreadReportTests {
  /// A process whose first thread raises an exception, with an escape sequence in a name.
  private struct Process {
    var process = SyntheticProcess(.cpython3_13, names: ["MainThread", "it's \u{1b}[31m"])
    let raised: Address
    let cause: Address

    init() {
      cause = process.exception()
      raised = process.exception(cause: cause)
      process.heap.write(raised, in: process.layout.thread.current_exception, of: process.threads[0])
    }

    /// The threads with their stacks.
    func stacks() -> (stacks: [(thread: PythonThread, stack: CallStack)], inferior: Inferior) {
      let inferior = process.heap.inferior()
      let runtime = RuntimeState(
        address: nil, source: .structure, heads: [process.interpreter], layout: process.layout.interpreter, in: inferior)
      return (ThreadList(of: runtime, in: inferior).stacks(in: inferior), inferior)
    }
  }

  @Test func `threads are written with their names and exceptions`() throws {
    let process = Process()
    let (stacks, inferior) = process.stacks()
    let written = try Written(ThreadsReport(stacks, in: inferior))
    let threads = process.process.threads
    #expect(
      written.lines == [
        "<thread 'MainThread' ident=4096 native=71>@\(threads[0])",
        "  raising ValueError()@\(process.raised)",
        "<thread \"it's \\x1b[31m\" ident=8192 native=72>@\(threads[1])",
      ])
    #expect(written.notes == ["2 threads found"])
    #expect(written.json.contains("\"raising\":\"ValueError()@\(process.raised)\""))
    // In JSON a name is the process's own text, with the escapes that JSON has.
    #expect(written.json.contains("\"name\":\"it's \\u001b[31m\""))
    #expect(written.json.contains("\"ident\":4096") && written.json.contains("\"frame\":null"))
    #expect(!written.json.contains("\u{1b}"))
  }

  @Test func `a stack without Python is written as one`() throws {
    let process = Process()
    let (stacks, inferior) = process.stacks()
    let output = MemoryOutput()
    var writer = StackWriter(formatter: FrameFormatter(inferior), output: output, showsEachStack: false)
    try writer.write(stacks)
    #expect(output.text.ranges(of: "no Python function").count == 2)
    #expect(output.text.hasPrefix("<thread 'MainThread' ident=4096 native=71>@\(process.process.threads[0])\n"))
    let json = try Written.json(of: StacksReport(threads: stacks, suspended: nil, locals: nil, in: inferior))
    #expect(json.contains("\"frames\":[]") && json.contains("\"isCut\":false"))
    #expect(!json.contains("suspended") && !json.contains("leftOut"))
  }

  @Test func `exceptions are written with what has them, their causes and contexts`() throws {
    let process = Process()
    let (stacks, inferior) = process.stacks()
    let list = ExceptionList(stacks: stacks, chains: [], in: inferior)
    let written = try Written(
      ExceptionsReport(list, places: nil, showsEach: true, limit: nil, notes: ["a note"], in: inferior))
    #expect(written.lines.first == "ValueError()@\(process.raised)")
    #expect(written.lines.contains("  cause ValueError()@\(process.cause)"))
    #expect(written.lines.contains { $0.hasPrefix("  ") && $0.contains("MainThread") })
    #expect(written.lines.contains("ValueError()@\(process.cause)"))
    #expect(written.notes == ["a note"])
    #expect(written.json.hasPrefix("{\"count\":2,\"exceptions\":[\n{\"address\":\"\(process.raised)\""))
    #expect(written.json.contains("\"suppressContext\":false"))
  }

  @Test func `a limit leaves exceptions out of the list, and not out of the count`() throws {
    let process = Process()
    let (stacks, inferior) = process.stacks()
    let list = ExceptionList(stacks: stacks, chains: [], in: inferior)
    let written = try Written(
      ExceptionsReport(list, places: nil, showsEach: true, limit: 1, notes: [], in: inferior))
    #expect(written.lines.last == "...<1 more exceptions, --max-results>")
    #expect(written.json.hasPrefix("{\"count\":2,"))
    #expect(written.json.ranges(of: "\"heldBy\"").count == 1)
  }

  @Test func `output that fails ends a report`() throws {
    let (stacks, inferior) = Process().stacks()
    let full = MemoryOutput(capacity: 30)
    #expect(throws: OutputProblem(code: 28)) { try ThreadsReport(stacks, in: inferior).writeText(to: full) }
  }
}

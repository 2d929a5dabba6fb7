import CPython
import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

/// The exceptions of a process: what has each of them, and in what order they are listed.
struct ExceptionListTests {
  /// What has an exception, in a word.
  private func word(_ holder: ExceptionList.Holder) -> String {
    switch holder {
    case .raising(let thread): "raising \(thread.state.threadID)"
    case .handling(let thread): "handling \(thread.state.threadID)"
    case .suspended(let address): "suspended \(address)"
    case .future(let future): "future \(future.address)"
    case .variable(let name, _): "variable \(name)"
    }
  }

  private func list(_ process: SyntheticProcess, live: Bool = false) throws -> ExceptionList {
    let inferior = process.heap.inferior()
    let threads = try process.threads.map { try ThreadState(at: $0, in: inferior) }
    let found = ThreadList(of: nil, lost: threads, in: inferior)
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    return ExceptionList(
      stacks: found.stacks(in: inferior), chains: [],
      live: live ? try LiveExceptions(in: Heap(index, of: inferior, workers: Workers(count: 1))) : nil, in: inferior)
  }

  @Test(arguments: Layout.supported.indices)
  func `what threads raise and handle is listed by thread`(version: Int) throws {
    var process = SyntheticProcess(Layout.supported[version], names: ["MainThread", "worker"])
    let raised = process.exception()
    let (inner, outer) = (process.exception(), process.exception())
    process.heap.write(raised, in: process.layout.thread.current_exception, of: process.threads[0])
    process.handle([inner, outer], in: process.threads[1])

    let list = try list(process)

    #expect(list.entries.map(\.exception.address) == [raised, inner, outer])
    #expect(list.entries.map { $0.holders.map(word) } == [["raising 4096"], ["handling 8192"], ["handling 8192"]])
  }

  @Test(arguments: Layout.supported.indices)
  func `causes and contexts follow, once`(version: Int) throws {
    var process = SyntheticProcess(Layout.supported[version], names: ["MainThread"])
    let first = process.exception()
    let second = process.exception(context: first)
    let third = process.exception(cause: second, context: first)
    // An exception that leads to itself ends the walk.
    process.heap.write(third, in: process.layout.exception.context, of: first)
    process.heap.write(third, in: process.layout.thread.current_exception, of: process.threads[0])

    let list = try list(process)

    #expect(list.entries.count == 3 && list.entries[0].exception.address == third)
    #expect(Set(list.entries.map(\.exception.address)) == [first, second, third])
    #expect(list.entries.map(\.holders.count) == [1, 0, 0])
    #expect(list.entries[0].exception.cause == second && list.entries[0].exception.context == first)
  }

  @Test(arguments: Layout.supported.indices)
  func `an exception with several holders is one entry`(version: Int) throws {
    var process = SyntheticProcess(Layout.supported[version], names: ["MainThread", "worker"])
    let shared = process.exception()
    process.heap.write(shared, in: process.layout.thread.current_exception, of: process.threads[0])
    process.handle([shared], in: process.threads[1])
    let list = try list(process)
    #expect(list.entries.map { $0.holders.map(word) } == [["raising 4096", "handling 8192"]])
  }

  @Test(arguments: Layout.supported.indices)
  func `what is no exception is none`(version: Int) throws {
    var process = SyntheticProcess(Layout.supported[version], names: ["MainThread"])
    let string = process.heap.string("no exception", of: process.str)
    process.heap.write(string, in: process.layout.thread.current_exception, of: process.threads[0])
    process.handle([string, .unmapped], in: process.threads[0])
    #expect(try list(process).entries.isEmpty)
  }
}

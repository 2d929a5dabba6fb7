import CPython
import MemoryImage
import Presentation
import TestSupport
import Testing

@testable import HeapAnalysis

/// What is written of the graphs of tasks and of waiting.
struct GraphReportTests {
  private func graph(_ tasks: inout SyntheticTasks) throws -> (AsyncTaskGraph, Inferior) {
    let inferior = tasks.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    return (try AsyncTaskGraph(in: Heap(index, of: inferior, workers: Workers(count: 1))), inferior)
  }

  @Test func `tasks that wait for one another are a deadlock`() throws {
    var tasks = SyntheticTasks(.cpython3_13)
    let first = tasks.task()
    let second = tasks.task(waitingFor: first)
    tasks.wait(first, for: second)
    _ = tasks.future(state: 2)
    let (graph, inferior) = try graph(&tasks)

    let written = try Written(AsyncTaskGraphReport(graph, in: inferior, showsEach: true))

    let start = try #require(written.lines.firstIndex(of: "deadlock: a cycle of 2 tasks that wait for one another"))
    #expect(
      Array(written.lines[start...]) == [
        written.lines[start], "  <async task pending>@\(first)", "  <async task pending>@\(second)", "  the first again",
      ])
    #expect(written.notes == ["2 tasks and 0 futures pending; 1 are done"])
    #expect(
      written.json.hasPrefix(
        "{\"blocking\":[],\"deadlocks\":[[\"\(first)\",\"\(second)\"]],\"disputed\":[],\"done\":1,\"nodes\":[\n"))
    #expect(written.json.contains("\"awaits\":[\"\(second)\"]") && written.json.contains("\"state\":\"pending\""))
  }

  @Test func `a chain of tasks is a tree, in which nothing is a deadlock`() throws {
    var tasks = SyntheticTasks(.cpython3_13)
    let future = tasks.future()
    let inner = tasks.task(waitingFor: future)
    let outer = tasks.task(waitingFor: inner)
    let (graph, inferior) = try graph(&tasks)

    let written = try Written(AsyncTaskGraphReport(graph, in: inferior, showsEach: true))

    #expect(
      written.lines.map { $0.trimmingPrefix { $0 == " " } } == [
        "<async task pending>@\(outer)", "<async task pending>@\(inner)", "<async future pending>@\(future)",
      ])
    #expect(written.notes == ["2 tasks and 1 futures pending; 0 are done"])
    #expect(written.json.contains("\"deadlocks\":[]"))
  }

  /// Two threads that wait for each other's locks.
  private func deadlock() throws -> (WaitGraph, Inferior, SyntheticProcess, locks: [Address]) {
    var process = SyntheticProcess(.cpython3_13, names: ["one", "two"])
    let locks = [process.heap.list([], of: process.list), process.heap.list([], of: process.list)]
    let inferior = process.heap.inferior()
    let states = try process.threads.map { try ThreadState(at: $0, in: inferior) }
    let threads = ThreadList(of: nil, lost: states, in: inferior).threads
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    let tasks = try AsyncTaskGraph(in: Heap(index, of: inferior, workers: Workers(count: 1)))
    var graph = WaitGraph(threads: threads, tasks: tasks)
    let nodes = (0..<2).map { graph.number(of: .thread($0)) } + locks.map { graph.number(of: .object($0)) }
    graph.add(from: nodes[0], to: nodes[3], .waits, isInferred: true)
    graph.add(from: nodes[3], to: nodes[1], .held)
    graph.add(from: nodes[1], to: nodes[2], .waits)
    graph.add(from: nodes[2], to: nodes[0], .held)
    return (graph, inferior, process, locks)
  }

  @Test func `a deadlock of threads is written with its whole chain`() throws {
    let (graph, inferior, process, locks) = try deadlock()
    let written = try Written(WaitGraphReport(graph, in: inferior, showsAll: false))
    func thread(_ number: Int) -> String {
      "<thread '\(["one", "two"][number])' ident=\((number + 1) << 12) native=\(71 + number) in no list of threads>@\(process.threads[number])"
    }
    #expect(
      written.lines == [
        "\(thread(0)) waits for (inferred) []@\(locks[1])", "  held by \(thread(1))",
        "\(thread(1)) waits for []@\(locks[0])", "  held by \(thread(0))",
        "", "deadlock: a cycle of 2 threads",
        "  \(thread(0))", "    waits for (inferred)", "  []@\(locks[1])", "    held by",
        "  \(thread(1))", "    waits for", "  []@\(locks[0])", "    held by", "  the first again",
      ])
    #expect(written.notes == ["4 nodes, 4 edges, 1 deadlocks"])
    #expect(written.json.hasPrefix("{\"deadlocks\":[[0,3,1,2]],\"nodes\":["))
    #expect(written.json.contains("{\"how\":\"waits for\",\"isInferred\":true,\"to\":3}"))
    #expect(written.json.hasSuffix("\"withoutHolder\":[]}"))
  }

  @Test func `a lock without a known holder is written with the reason`() throws {
    var (graph, inferior, process, locks) = try deadlock()
    let owner = WaitGraph.LostOwner(ident: 7, name: "gone\n")
    graph.holderless = [
      .init(node: 2, waiting: [1], reason: .ended(owner)), .init(node: 3, waiting: [0, 1], reason: .unknown),
      .init(node: 3, waiting: [0], reason: .ambiguous([0, 1])), .init(node: 3, waiting: [0], reason: .otherProcess),
    ]
    let written = try Written(WaitGraphReport(graph, in: inferior, showsAll: false))
    let lines = written.lines.suffix(4)
    #expect(lines.first?.hasPrefix("1 waits for []@\(locks[0]): no living thread has it: thread 'gone\\\\n' ident=7") == true)
    #expect(lines.dropFirst().first?.hasPrefix("2 wait for []@\(locks[1]): who holds it is not known") == true)
    #expect(lines.dropFirst(2).first?.contains("which of 2 holds it is not known: <thread 'one'") == true)
    #expect(lines.last == "1 waits for []@\(locks[1]): another process has it")
    #expect(written.notes == ["4 nodes, 4 edges, 1 deadlocks; 4 locks have no known holder, so there may be more"])
    for reason in ["ended", "unknown", "ambiguous", "other process"] {
      #expect(written.json.contains("\"reason\":\"\(reason)\""))
    }
    #expect(process.threads.count == 2)
  }
}

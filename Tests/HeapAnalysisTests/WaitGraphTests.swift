import CPython
import MemoryImage
import TestSupport
import Testing

@testable import HeapAnalysis

/// The graph of what waits for what: nodes, edges, and the cycles that can never continue.
struct WaitGraphTests {
  /// A graph of a heap with so many tasks, which wait for nothing by themselves, and their numbers.
  private func graph(tasks count: Int = 0, threads: [PythonThread] = []) throws -> (graph: WaitGraph, tasks: [Int]) {
    var tasks = SyntheticTasks(.cpython3_13)
    var made: [Address] = []
    for _ in 0..<count { made.append(tasks.task()) }
    let inferior = tasks.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    let found = try AsyncTaskGraph(in: Heap(index, of: inferior, workers: Workers(count: 1)))
    return (WaitGraph(threads: threads, tasks: found), try made.map { try #require(found.number(of: $0)) })
  }

  private func threads(_ count: Int) throws -> [PythonThread] {
    let process = SyntheticProcess(.cpython3_13, names: (0..<count).map { "thread \($0)" })
    let inferior = process.heap.inferior()
    return try process.threads.map { address in
      PythonThread(
        state: try ThreadState(at: address, in: inferior), interpreter: 0, object: nil, name: nil, holdsGIL: nil,
        waitsForGIL: nil, native: nil, nativeID: nil, isLost: false)
    }
  }

  @Test func `a node has one number`() throws {
    var (graph, tasks) = try graph(tasks: 2, threads: threads(2))
    let nodes: [WaitGraph.Node] = [
      .thread(1), .future(tasks[0]), .object(Address(0x1000)), .child(7), .thread(0), .future(tasks[1]), .child(-1),
    ]
    let numbers = nodes.map { graph.number(of: $0) }
    #expect(numbers == Array(nodes.indices))
    #expect(nodes.map { graph.number(of: $0) } == numbers)
    #expect(graph.nodes == nodes)
  }

  @Test func `an edge is there once, with the kind that came first`() throws {
    var (graph, _) = try graph(threads: threads(2))
    let (first, second) = (graph.number(of: .thread(0)), graph.number(of: .thread(1)))
    graph.add(from: first, to: second, .waits, isInferred: true)
    graph.add(from: first, to: second, .interpreter)
    #expect(Array(graph.edges[first]).count == 1 && graph.edges.isEmpty(second))
    let edge = try #require(graph.edge(from: first, to: second))
    #expect(edge.kind == .waits && edge.isInferred)
    #expect(graph.edge(from: second, to: first) == nil)
    #expect(graph.place(of: edge) == nil)
  }

  @Test func `two threads and their locks are a deadlock, from a thread`() throws {
    var (graph, _) = try graph(threads: threads(3))
    let locks = [Address(0x1000), Address(0x2000)].map { graph.number(of: .object($0)) }
    let threads = (0..<3).map { graph.number(of: .thread($0)) }
    graph.add(from: threads[0], to: locks[1], .waits)
    graph.add(from: locks[1], to: threads[1], .held)
    graph.add(from: threads[1], to: locks[0], .waits)
    #expect(graph.deadlocks.isEmpty)
    graph.add(from: locks[0], to: threads[0], .held)
    // It waits for one of them, and is in no cycle.
    graph.add(from: threads[2], to: locks[0], .waits)
    #expect(graph.deadlocks.count == 1)
    let cycle = try #require(graph.deadlocks.first)
    #expect(Set(cycle) == Set(threads[0...1] + locks))
    #expect(threads.contains(cycle[0]))
    for (from, to) in zip(cycle, cycle.dropFirst() + cycle.prefix(1)) { #expect(graph.edge(from: from, to: to) != nil) }
  }

  @Test func `a cycle of tasks and threads begins with a task`() throws {
    var (graph, tasks) = try graph(tasks: 1, threads: threads(1))
    let thread = graph.number(of: .thread(0))
    let task = graph.number(of: .future(tasks[0]))
    graph.add(from: thread, to: task, .waits)
    graph.add(from: task, to: thread, .runs)
    #expect(graph.deadlocks == [[task, thread]])
  }

  @Test func `what needs one of several continues while another can complete`() throws {
    var (graph, tasks) = try graph(tasks: 3)
    let nodes = tasks.map { graph.number(of: .future($0)) }
    graph.add(from: nodes[0], to: nodes[1], .waits, needsOne: true)
    graph.add(from: nodes[0], to: nodes[2], .waits)
    graph.add(from: nodes[1], to: nodes[0], .waits)
    #expect(graph.deadlocks.isEmpty)
    graph.add(from: nodes[2], to: nodes[0], .waits)
    #expect(!graph.deadlocks.isEmpty)
  }

  @Test(arguments: Layout.supported.indices)
  func `the graph of a process has its threads, and what waits for the GIL`(version: Int) throws {
    let layout = Layout.supported[version]
    let process = SyntheticProcess(layout, names: ["MainThread", "worker"])
    let inferior = process.heap.inferior()
    let states = try process.threads.map { try ThreadState(at: $0, in: inferior) }
    let threads = states.enumerated().map { number, state in
      PythonThread(
        state: state, interpreter: 0, object: process.objects[number], name: nil, holdsGIL: number == 0,
        waitsForGIL: number == 1, native: nil, nativeID: nil, isLost: false)
    }
    var budget = 1000
    let stacks = threads.map { (thread: $0, stack: CallStack(of: $0.state, budget: &budget, in: inferior)) }
    let index = try HeapScanner(inferior, workers: Workers(count: 1)).scan()
    let tasks = try AsyncTaskGraph(in: Heap(index, of: inferior, workers: Workers(count: 1)))

    let graph = try WaitGraph(
      threads: stacks, tasks: tasks, of: nil, in: Heap(index, of: inferior, workers: Workers(count: 1)))

    #expect(Set(graph.nodes) == [.thread(0), .thread(1)])
    let (main, worker) = (graph.nodes.firstIndex(of: .thread(0)) ?? -1, graph.nodes.firstIndex(of: .thread(1)) ?? -1)
    #expect(graph.edge(from: worker, to: main)?.kind == .interpreter)
    #expect(graph.edges.isEmpty(main) && graph.deadlocks.isEmpty && graph.holderless.isEmpty)
  }
}

import CPython
import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

/// The graph of tasks and futures: its nodes, its edges, and the cycles in it.
struct AsyncTaskGraphTests {
  private func graph(_ tasks: SyntheticTasks, threadCount: Int = 1) throws -> AsyncTaskGraph {
    var tasks = tasks
    let inferior = tasks.inferior()
    let index = try HeapScanner(inferior, workers: Workers(count: threadCount)).scan()
    return try AsyncTaskGraph(in: Heap(index, of: inferior, workers: Workers(count: threadCount)))
  }

  @Test(arguments: Layout.supported.indices)
  func `tasks wait for what they record`(version: Int) throws {
    var tasks = SyntheticTasks(Layout.supported[version])
    let future = tasks.future()
    let inner = tasks.task(waitingFor: future)
    let outer = tasks.task(waitingFor: inner)
    let idle = tasks.task()

    let graph = try graph(tasks)
    let numbers = try [future, inner, outer, idle].map { try #require(graph.number(of: $0)) }

    #expect(graph.nodes.map(\.future.address) == [future, inner, outer, idle].sorted())
    #expect(graph.nodes.map(\.future.isTask) == graph.nodes.map { $0.future.address != future })
    #expect(numbers.map { Array(graph.awaits[$0]) } == [[], [numbers[0]], [numbers[1]], []])
    #expect(numbers.map { Array(graph.awaitedBy[$0]) } == [[numbers[1]], [numbers[2]], [], []])
    #expect(graph.deadlocks().isEmpty && graph.disputed.isEmpty && graph.doneCount == 0)
    #expect(graph.number(of: .null) == nil && graph.number(of: idle + 8) == nil)
  }

  @Test(arguments: Layout.supported.indices)
  func `what is done is counted, unless something still waits for it`(version: Int) throws {
    var tasks = SyntheticTasks(Layout.supported[version])
    let finished = tasks.future(state: 2)
    let cancelled = tasks.future(state: 1)
    let pending = tasks.future()
    let waiting = tasks.task(waitingFor: finished)

    let graph = try graph(tasks)

    #expect(graph.doneCount == 1)
    #expect(graph.nodes.map(\.future.address) == [finished, pending, waiting].sorted())
    #expect(graph.number(of: cancelled) == nil)
    let number = try #require(graph.number(of: finished))
    #expect(graph.nodes[number].future.state == .finished)
    #expect(Array(graph.awaitedBy[number]) == [graph.number(of: waiting)])
  }

  @Test(arguments: Layout.supported.indices)
  func `a cycle begins with the task that others wait for too`(version: Int) throws {
    var tasks = SyntheticTasks(Layout.supported[version])
    let first = tasks.task()
    let second = tasks.task()
    let third = tasks.task(waitingFor: first)
    tasks.wait(first, for: second)
    tasks.wait(second, for: third)
    _ = tasks.task(waitingFor: second)
    let alone = tasks.task()
    tasks.wait(alone, for: alone)

    let graph = try graph(tasks)
    let cycles = graph.deadlocks().map { $0.map { graph.nodes[$0].future.address } }

    #expect(cycles.count == 2)
    #expect(cycles.contains([second, third, first]))
    #expect(cycles.contains([alone]))
  }

  @Test(arguments: [1, 2, 3, 8])
  func `the graph does not depend on the number of threads`(threadCount: Int) throws {
    var tasks = SyntheticTasks(.cpython3_13)
    var last = tasks.future()
    for number in 0..<5000 {
      last = number % 7 == 0 ? tasks.task() : tasks.task(waitingFor: last)
      _ = tasks.future(state: 2)
    }
    let graph = try graph(tasks, threadCount: threadCount)
    let expected = try self.graph(tasks)

    #expect(graph.nodes.count == 5001 && graph.doneCount == 5000)
    #expect(graph.nodes.map(\.future.address) == expected.nodes.map(\.future.address))
    #expect(graph.nodes.indices.allSatisfy { Array(graph.awaits[$0]) == Array(expected.awaits[$0]) })
  }

  @Test(arguments: Layout.supported.indices)
  func `a task that waits for something that is none has no edge`(version: Int) throws {
    var tasks = SyntheticTasks(Layout.supported[version])
    let lost = tasks.task(waitingFor: .unmapped)
    let other = tasks.task(waitingFor: tasks.heap.allocate(16))

    let graph = try graph(tasks)

    #expect(graph.nodes.map(\.future.address) == [lost, other].sorted())
    #expect(graph.nodes.indices.allSatisfy { graph.awaits[$0].isEmpty })
  }
}

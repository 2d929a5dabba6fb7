package import CPython
import MemoryImage

extension WaitGraph {
  /// The graph of a whole process.
  ///
  /// - Parameters:
  ///   - threads: the threads with their stacks.
  ///   - tasks: the tasks and futures.
  package init(
    threads: [(thread: PythonThread, stack: CallStack)], tasks: AsyncTaskGraph, index: ObjectIndex, in inferior: Inferior
  ) {
    self.init(threads: threads.map(\.thread), tasks: tasks)
    let builder = WaitGraphBuilder(threads: threads, tasks: tasks, inferior: inferior)
    builder.addTasks(to: &self)
    builder.addThreads(to: &self, locks: Self.locksBySemaphore(index, inferior))
    builder.addHolders(to: &self)
    builder.addWorkers(to: &self)
    builder.addLoops(to: &self)
  }

  /// The locks of the process by the semaphores that threads wait on; none since 3.14.
  private static func locksBySemaphore(_ index: ObjectIndex, _ inferior: Inferior) -> [Address: Address] {
    let types = Set(
      inferior.types.types.filter { ["lockobject", "rlockobject"].contains($0.structure?.name) }
        .map { Int($0.traits.number) })
    var found: [Address: Address] = [:]
    index.forEachObject(ofTypes: types) { header in
      if let semaphore = ThreadLock(at: header.address, in: inferior)?.semaphore { found[semaphore] = header.address }
      return true
    }
    return found
  }
}

/// Puts together a graph of who waits for whom.
private struct WaitGraphBuilder {
  let threads: [(thread: PythonThread, stack: CallStack)]
  let tasks: AsyncTaskGraph
  let inferior: Inferior

  /// What each task waits for.
  func addTasks(to graph: inout WaitGraph) {
    let alternatives = tasks.alternatives
    for (number, node) in tasks.nodes.enumerated() where !tasks.awaits[number].isEmpty || node.synchronizer != nil {
      let from = graph.number(of: .future(number))
      for awaited in tasks.awaits[number] { graph.add(from: from, to: graph.number(of: .future(awaited)), .waits) }
      if alternatives.contains(number) { graph.setNeedsOne(from) }
    }
    // The future that a lock gives to a task comes with the lock.
    for node in tasks.nodes {
      guard let object = node.synchronizer, let waiter = tasks.number(of: node.future.waiter) else { continue }
      graph.add(from: graph.number(of: .future(waiter)), to: graph.number(of: .object(object)), .waits)
    }
  }

  /// The numbers of the threads by something that they have.
  private func numbers<Key: Hashable>(by key: (PythonThread) -> Key?) -> [Key: Int] {
    Dictionary(
      threads.enumerated().compactMap { number, entry in key(entry.thread).map { ($0, number) } }, uniquingKeysWith: { $1 })
  }

  /// What each thread waits for: an object, a future, another thread, the GIL.
  func addThreads(to graph: inout WaitGraph, locks: [Address: Address]) {
    let objects = numbers { $0.object }
    let holders = numbers { $0.holdsGIL == true ? $0.interpreter : nil }
    for (number, (thread, stack)) in threads.enumerated() {
      let from = graph.number(of: .thread(number))
      if thread.waitsForGIL == true, let holder = holders[thread.interpreter] {
        graph.add(from: from, to: graph.number(of: .thread(holder)), .interpreter, place: stack.frames.first)
      }
      guard let wait = ThreadWait(of: thread, stack, locksBySemaphore: locks, in: inferior) else { continue }
      for object in wait.objects {
        let to: Int
        if let other = objects[object] {
          to = graph.number(of: .thread(other))
        } else if let future = tasks.number(of: object) {
          to = graph.number(of: .future(future))
        } else {
          to = graph.number(of: .object(object))
        }
        graph.add(
          from: from, to: to, .waits, isInferred: wait.isInferred, place: wait.place, needsOne: wait.needsOne)
      }
    }
  }

  /// Who holds each of the locks that somebody waits for.
  func addHolders(to graph: inout WaitGraph) {
    var wanted: [Address: Int] = [:]
    for (number, node) in graph.nodes.enumerated() {
      if case .object(let address) = node { wanted[address] = number }
    }
    guard !wanted.isEmpty else { return }
    let owners = numbers { $0.state.threadID }
    for (address, number) in wanted {
      guard let owner = ThreadLock(at: address, in: inferior)?.owner, let thread = owners[owner] else { continue }
      graph.add(from: number, to: graph.number(of: .thread(thread)), .held)
    }
    for (number, (_, stack)) in threads.enumerated() {
      let managers = stack.frames.flatMap { $0.enteredManagers(in: inferior) }
      add(managers, to: &graph, wanted, by: .thread(number))
    }
    for number in tasks.nodes.indices where !tasks.managers[number].isEmpty {
      add(tasks.managers[number], to: &graph, wanted, by: .future(number))
    }
  }

  /// Adds that a thread or task holds the locks in whose `with` blocks its functions are.
  private func add(
    _ managers: some Sequence<Address>, to graph: inout WaitGraph, _ wanted: [Address: Int], by holder: WaitGraph.Node
  ) {
    for manager in managers {
      for (object, isShared) in held(by: manager) {
        guard let number = wanted[object] else { continue }
        let to = graph.number(of: holder)
        // Who waits for a condition has given its lock back.
        if inferior.typeName(of: manager) == "Condition", waits(to, for: manager, in: graph) { continue }
        if let lock = ThreadLock(at: object, in: inferior), !lock.isLocked || lock.owner != nil { continue }
        graph.add(from: number, to: to, .held, isInferred: true, needsOne: isShared)
      }
    }
  }

  /// What is held in the block of a context manager, and whether several can hold it at a time.
  private func held(by manager: Address) -> [(object: Address, isShared: Bool)] {
    if ThreadLock(at: manager, in: inferior) != nil { return [(manager, false)] }
    switch inferior.typeName(of: manager) {
    case "Lock": return [(manager, false)]
    case "Semaphore", "BoundedSemaphore": return [(manager, true)]
    case "Condition": return [(manager, false)] + (inferior.attributes(of: manager)["_lock"].map { [($0, false)] } ?? [])
    default: return []
    }
  }

  /// Whether a thread or task waits for an object, be it for a future that it gave.
  private func waits(_ number: Int, for object: Address, in graph: WaitGraph) -> Bool {
    if case .future(let task) = graph.nodes[number] { return tasks.nodes[task].synchronizer == object }
    return graph.edges[number].contains { edge in
      if case .object(object) = graph.nodes[edge.to] { true } else { false }
    }
  }

  /// Which threads of a pool compute the futures of `concurrent.futures`, or will when one of them is free.
  func addWorkers(to graph: inout WaitGraph) {
    var items: [Address: [Address]] = [:]
    for (number, (_, stack)) in threads.enumerated() {
      for frame in stack.frames.suffix(8) {
        guard let code = try? PyCodeObject(at: frame.code, in: inferior),
          code.filename(in: inferior)?.hasSuffix("/concurrent/futures/thread.py") ?? false
        else { continue }
        let worker = graph.number(of: .thread(number))
        if let item = frame.local("self", in: inferior), let future = future(of: item) {
          graph.add(from: graph.number(of: .future(future)), to: worker, .computed)
        }
        guard let queue = frame.local("work_queue", in: inferior) else { continue }
        let waiting = items[queue] ?? SimpleQueueObject.items(ofQueueAt: queue, in: inferior)
        items[queue] = waiting
        for future in waiting.compactMap({ self.future(of: $0) }) {
          graph.add(from: graph.number(of: .future(future)), to: worker, .computed, needsOne: true)
        }
      }
    }
  }

  /// That what an event loop has to do needs its thread, where that waits itself instead of running the loop.
  func addLoops(to graph: inout WaitGraph) {
    var blocked: [Address: Int] = [:]
    for (thread, (_, stack)) in threads.enumerated() {
      let number = graph.number(of: .thread(thread))
      guard !graph.edges.isEmpty(number) else { continue }
      for frame in stack.frames {
        guard let code = try? PyCodeObject(at: frame.code, in: inferior),
          code.filename(in: inferior)?.hasSuffix("/asyncio/base_events.py") ?? false,
          code.name(in: inferior)?.hasSuffix("_run_once") ?? false, let loop = frame.local("self", in: inferior)
        else { continue }
        blocked[loop] = number
      }
    }
    guard !blocked.isEmpty else { return }
    for (loop, thread) in blocked { addCalls(to: &graph, of: loop, in: thread) }
    for (number, node) in tasks.nodes.enumerated() where tasks.awaits[number].isEmpty && node.synchronizer == nil {
      guard let thread = blocked[node.future.loop(in: inferior)] else { continue }
      graph.add(from: graph.number(of: .future(number)), to: thread, .runs)
    }
  }

  /// That futures of `run_coroutine_threadsafe` need the thread whose loop is yet to make tasks of their coroutines.
  private func addCalls(to graph: inout WaitGraph, of loop: Address, in thread: Int) {
    for handle in inferior.attributes(of: loop)["_ready"].map({ inferior.items(of: $0, limit: 1 << 16) }) ?? [] {
      guard let callback = inferior.attributes(of: handle)["_callback"], let header = inferior.object(at: callback),
        header.type.kind == .function, let function = try? PyFunctionObject(header, in: inferior),
        function.qualifiedName(in: inferior) == "run_coroutine_threadsafe.<locals>.callback",
        let future = function.freeVariables(in: inferior)["future"], let number = tasks.number(of: future)
      else { continue }
      graph.add(from: graph.number(of: .future(number)), to: thread, .runs)
    }
  }

  /// The number of the future that a `_WorkItem` is for.
  private func future(of item: Address) -> Int? {
    guard inferior.typeName(of: item) == "_WorkItem" else { return nil }
    return inferior.attributes(of: item)["future"].flatMap { tasks.number(of: $0) }
  }
}

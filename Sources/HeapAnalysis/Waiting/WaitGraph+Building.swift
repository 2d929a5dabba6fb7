package import CPython
package import MemoryImage

extension WaitGraph {
  /// The graph of a whole process.
  ///
  /// - Parameters:
  ///   - threads: the threads with their stacks.
  ///   - tasks: the tasks and futures.
  ///   - runtime: the interpreters, whose frames refer to objects.
  /// - Throws: `Cancellation`.
  package init(
    threads: [(thread: PythonThread, stack: CallStack)], tasks: AsyncTaskGraph, of runtime: RuntimeState?, in heap: Heap
  ) throws(Cancellation) {
    self.init(threads: threads.map(\.thread), tasks: tasks)
    let builder = WaitGraphBuilder(threads: threads, tasks: tasks, inferior: heap.inferior)
    builder.addTasks(to: &self)
    builder.addThreads(to: &self, locks: Self.locksBySemaphore(heap.index, heap.inferior))
    var holders = LockHolders(threads: threads, tasks: tasks, of: runtime, in: heap)
    try holders.add(to: &self)
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

/// Builds a graph of what waits for what.
private struct WaitGraphBuilder {
  let threads: [(thread: PythonThread, stack: CallStack)]
  let tasks: AsyncTaskGraph
  let inferior: Inferior

  /// Adds what each task waits for.
  func addTasks(to graph: inout WaitGraph) {
    let alternatives = tasks.alternatives
    for (number, node) in tasks.nodes.enumerated() where !tasks.awaits[number].isEmpty || node.synchronizer != nil {
      let from = graph.number(of: .future(number))
      for awaited in tasks.awaits[number] { graph.add(from: from, to: graph.number(of: .future(awaited)), .waits) }
      if alternatives.contains(number) { graph.setNeedsOne(from) }
    }
    // The future that a lock gives to a task is added with the lock.
    for node in tasks.nodes {
      guard let object = node.synchronizer, let waiter = tasks.number(of: node.future.waiter) else { continue }
      graph.add(from: graph.number(of: .future(waiter)), to: graph.number(of: .object(object)), .waits)
    }
  }

  /// The numbers of the threads, by a value that each of them has.
  private func numbers<Key: Hashable>(by key: (PythonThread) -> Key?) -> [Key: Int] {
    Dictionary(
      threads.enumerated().compactMap { number, entry in key(entry.thread).map { ($0, number) } }, uniquingKeysWith: { $1 })
  }

  /// Adds what each thread waits for: an object, a future, another thread, the GIL.
  func addThreads(to graph: inout WaitGraph, locks: [Address: Address]) {
    let objects = numbers { $0.object }
    let holders = numbers { $0.holdsGIL == true ? $0.interpreter : nil }
    var reader = ThreadWaitReader(threads: threads.map(\.thread), locksBySemaphore: locks, in: inferior)
    for (number, (thread, stack)) in threads.enumerated() {
      let from = graph.number(of: .thread(number))
      if thread.waitsForGIL == true, let holder = thread.interpreter.flatMap({ holders[$0] }) {
        graph.add(from: from, to: graph.number(of: .thread(holder)), .interpreter, place: stack.frames.first)
      }
      guard let wait = reader.wait(of: thread, stack) else { continue }
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
      for child in wait.children {
        graph.add(
          from: from, to: graph.number(of: .child(child)), .waits, isInferred: wait.isInferred, place: wait.place)
      }
    }
  }

  /// Adds which threads of a pool compute the futures of `concurrent.futures`, or will when one of them is free.
  func addWorkers(to graph: inout WaitGraph) {
    var items: [Address: [Address]] = [:]
    var functions = LibraryFunctions()
    for (number, (_, stack)) in threads.enumerated() {
      for frame in stack.frames.suffix(8)
      where functions.name(of: frame, in: inferior).module == "concurrent.futures.thread" {
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

  /// Adds that what an event loop has to do needs its thread, where that thread waits instead of running the loop.
  func addLoops(to graph: inout WaitGraph) {
    var blocked: [Address: Int] = [:]
    var functions = LibraryFunctions()
    for (thread, (_, stack)) in threads.enumerated() {
      let number = graph.number(of: .thread(thread))
      guard !graph.edges.isEmpty(number) else { continue }
      for frame in stack.frames {
        let name = functions.name(of: frame, in: inferior)
        guard name.module == "asyncio.base_events", name.function == "_run_once",
          let loop = frame.local("self", in: inferior)
        else { continue }
        blocked[loop] = number
      }
    }
    guard !blocked.isEmpty else { return }
    for (loop, thread) in blocked.sorted(by: { $0.key < $1.key }) { addCalls(to: &graph, of: loop, in: thread) }
    for (number, node) in tasks.nodes.enumerated() where tasks.awaits[number].isEmpty && node.synchronizer == nil {
      guard let thread = blocked[node.future.loop(in: inferior)] else { continue }
      graph.add(from: graph.number(of: .future(number)), to: thread, .runs)
    }
  }

  /// Adds that futures of `run_coroutine_threadsafe` need the thread whose loop has not yet made tasks of their coroutines.
  private func addCalls(to graph: inout WaitGraph, of loop: Address, in thread: Int) {
    for handle in inferior.attributes(of: loop)["_ready"].map({ inferior.items(of: $0, limit: 1 << 16) }) ?? [] {
      guard let callback = inferior.attributes(of: handle)["_callback"], let header = inferior.object(at: callback),
        header.type.kind == .function, let function = try? PyFunctionObject(header, in: inferior),
        function.qualifiedName(in: inferior) == "run_coroutine_threadsafe.<locals>.callback",
        function.codeModule(in: inferior) == "asyncio.tasks",
        let future = function.freeVariables(in: inferior)["future"], let number = tasks.number(of: future)
      else { continue }
      graph.add(from: graph.number(of: .future(number)), to: thread, .runs)
    }
  }

  /// The number of the future that a `_WorkItem` is for.
  private func future(of item: Address) -> Int? {
    guard case .workItem = LibraryClass(of: item, in: inferior) else { return nil }
    return inferior.attributes(of: item)["future"].flatMap { tasks.number(of: $0) }
  }
}

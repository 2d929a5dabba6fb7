package import CPython
package import MemoryImage

/// A process of one interpreter with threads that the module `threading` knows, and what tests want to add to it.
package struct SyntheticProcess {
  package var heap: SyntheticHeap
  /// The interpreter, and its thread states, the oldest first.
  package let interpreter: Address
  package let threads: [Address]
  /// The `threading.Thread` of each thread.
  package let objects: [Address]
  /// The types that things are made of.
  package let str: Address
  package let dict: Address
  package let int: Address
  package let list: Address
  private let exceptionType: Address

  /// - Parameter names: the name of each thread. The first has the identifier 0x1000, and 71 in the kernel where Python keeps
  ///   that; the next one 0x2000 and 72, and so on.
  package init(_ layout: Layout, names: [String]) {
    heap = SyntheticHeap(layout)
    str = heap.strType()
    dict = heap.dictType()
    int = heap.type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    list = heap.listType()
    exceptionType = heap.type(
      "ValueError", basicSize: layout.exception.size, flags: [.ready, .gc, .baseExceptionSubclass])
    // `tp_dictoffset` is 16 in every version.
    let threadType = heap.type("threading.Thread", basicSize: 24)
    heap.write(16, at: threadType + layout.type.tp_dictoffset.bytes)
    let identifiers = names.indices.map { UInt64($0 + 1) << 12 }
    var made: [Address] = []
    for name in names {
      let attributes = heap.dict([(key: heap.string("_name", of: str), value: heap.string(name, of: str))], of: dict)
      let object = heap.object(of: threadType, size: 24)
      heap.write(attributes, at: object + 16)
      made.append(object)
    }
    objects = made
    var active: [(key: Address, value: Address)] = []
    for (identifier, object) in zip(identifiers, objects) {
      active.append((key: heap.int([UInt32(identifier)], of: int), value: object))
    }
    let variables = heap.dict([(key: heap.string("_active", of: str), value: heap.dict(active, of: dict))], of: dict)
    let module = heap.object(of: heap.type("module", basicSize: layout.module.size), size: layout.module.size)
    heap.write(variables, in: layout.module.md_dict, of: module)
    let modules = heap.dict([(key: heap.string("threading", of: str), value: module)], of: dict)
    let empty = heap.dict([], of: dict)
    interpreter = heap.interpreter(
      id: 0, threadIDs: identifiers, dicts: (modules: modules, sys: empty, builtins: empty), layout: layout.interpreter)
    let state = try? InterpreterState(at: interpreter, layout: layout.interpreter, in: heap.inferior())
    threads = state?.threads.map(\.address) ?? []
    // Each handles nothing: the list of exceptions being handled ends in the thread state itself.
    for (number, thread) in threads.enumerated() {
      if let field = layout.thread.native_thread_id { heap.write(UInt64(71 + number), in: field, of: thread) }
      heap.write(thread + layout.thread.exc_state.bytes, in: layout.thread.exc_info, of: thread)
    }
  }

  package var layout: Layout { heap.layout }

  /// An exception with those that it was raised from, and while handling which it was raised.
  package mutating func exception(cause: Address = .null, context: Address = .null) -> Address {
    let address = heap.object(of: exceptionType, size: layout.exception.size)
    heap.write(cause, in: layout.exception.cause, of: address)
    heap.write(context, in: layout.exception.context, of: address)
    return address
  }

  /// Makes exceptions those that a thread is handling, the innermost first.
  package mutating func handle(_ exceptions: [Address], in thread: Address) {
    var next = thread + layout.thread.exc_state.bytes
    for exception in exceptions.reversed() {
      let item = heap.allocate(layout.errorStackItem.size)
      heap.write(exception, in: layout.errorStackItem.exc_value, of: item)
      heap.write(next, in: layout.errorStackItem.previous_item, of: item)
      next = item
    }
    heap.write(next, in: layout.thread.exc_info, of: thread)
  }
}

/// The tasks and futures of asyncio in a heap.
package struct SyntheticTasks {
  package var heap: SyntheticHeap
  private let taskType: Address
  private let futureType: Address
  /// A list that refers to all of them, without which they would be no objects.
  private var made: [Address] = []
  private let listType: Address

  package init(_ layout: Layout) {
    heap = SyntheticHeap(layout)
    taskType = heap.type("_asyncio.Task", basicSize: layout.task.size)
    futureType = heap.type("_asyncio.Future", basicSize: layout.future.size)
    listType = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
  }

  /// A task that waits for a task or future, or for nothing.
  package mutating func task(waitingFor waiter: Address = .null) -> Address {
    let address = heap.object(of: taskType, size: heap.layout.task.size)
    wait(address, for: waiter)
    made.append(address)
    return address
  }

  /// A future in one of its states: 0 pending, 1 cancelled, 2 finished.
  package mutating func future(state: Int32 = 0) -> Address {
    let address = heap.object(of: futureType, size: heap.layout.future.size)
    heap.write(state, in: heap.layout.future.fut_state, of: address)
    made.append(address)
    return address
  }

  /// Makes a task wait.
  package mutating func wait(_ task: Address, for waiter: Address) {
    heap.write(waiter, in: heap.layout.task.task_fut_waiter, of: task)
  }

  /// The process, in which a list holds them all.
  package mutating func inferior() -> Inferior {
    _ = heap.list(made, of: listType)
    return heap.inferior()
  }
}

import CPython
import MemoryImage

/// Who waits for a future, by what is to be called when it is done. Tells a future's callbacks from one another by the
/// functions of asyncio that they are.
struct FutureCallbacks {
  private let inferior: Inferior
  /// What is known of the functions that many futures share, as the children of one `gather` do.
  private var known: [Address: [Address]] = [:]

  /// How the callbacks of asyncio name who waits, by their qualified names.
  private enum Rule {
    /// A variable of the function around it holds the future that waits.
    case variable(String)
    /// A variable of the function around it, or an attribute of its object, holds a queue; its getters wait.
    case queue(String)
    /// An attribute of the object that the method is bound to holds the future that waits.
    case attribute(String)
    /// The first argument that is bound to it waits.
    case argument
  }

  private static let rules: [String: Rule] = [
    "gather.<locals>._done_callback": .variable("outer"),
    // In 3.9.
    "_gather.<locals>._done_callback": .variable("outer"),
    "shield.<locals>._inner_done_callback": .variable("outer"),
    "_wait.<locals>._on_completion": .variable("waiter"),
    "_chain_future.<locals>._call_set_state": .variable("destination"),
    "as_completed.<locals>._on_completion": .queue("done"),
    "_AsCompletedIterator._handle_completion": .queue("_done"),
    "TaskGroup._on_task_done": .attribute("_on_completed_fut"),
    "_release_waiter": .argument,
  ]

  init(_ inferior: Inferior) {
    self.inferior = inferior
  }

  /// Calls `body` with each that waits for a future: futures and tasks.
  mutating func forEachWaiting(for future: ObjectHeader, _ body: (Address) -> Void) {
    AsyncFuture.forEachCallback(of: future, in: inferior) { callback in
      guard let header = inferior.object(at: callback) else { return }
      switch header.type.kind {
      case .builtinFunction:
        // `task_wakeup`, bound to its task.
        if let wakeup = try? PyCFunctionObject(header, in: inferior) { body(wakeup.instance) }
      case .function:
        let waiting = known[callback] ?? waiting(by: header, bound: nil)
        known[callback] = waiting
        waiting.forEach(body)
      default: waiting(by: header).forEach(body)
      }
    }
  }

  private func waiting(by callback: ObjectHeader) -> [Address] {
    switch callback.type.kind {
    case .method:
      guard let method = try? PyMethodObject(callback, in: inferior), let function = inferior.object(at: method.function),
        function.type.kind == .function
      else { return [] }
      return waiting(by: function, bound: method.instance)
    default:
      if let task = inferior.structureField("ww_task", of: callback.address) { return [task] }
      return partial(callback.address)
    }
  }

  /// Who waits by a `functools.partial`.
  private func partial(_ address: Address) -> [Address] {
    guard let function = inferior.structureField("fn", of: address), let header = inferior.object(at: function),
      header.type.kind == .function, case .argument? = rule(of: header),
      let arguments = inferior.structureField("args", of: address)
    else { return [] }
    return inferior.items(of: arguments, limit: 1)
  }

  private func waiting(by function: ObjectHeader, bound instance: Address?) -> [Address] {
    if let instance, isWakeup(function) { return [instance] }
    switch rule(of: function) {
    case .variable(let name): return variable(name, of: function).map { [$0] } ?? []
    case .queue(let name):
      let queue = variable(name, of: function) ?? instance.flatMap { inferior.attributes(of: $0)[name] }
      return queue.flatMap { inferior.attributes(of: $0)["_getters"] }.map { inferior.items(of: $0) } ?? []
    case .attribute(let name): return instance.flatMap { inferior.attributes(of: $0)[name] }.map { [$0] } ?? []
    case .argument, nil: return []
    }
  }

  private func name(of function: ObjectHeader) -> String? {
    (try? PyFunctionObject(function, in: inferior))?.qualifiedName(in: inferior)
  }

  private func rule(of function: ObjectHeader) -> Rule? { name(of: function).flatMap { Self.rules[$0] } }

  /// Whether the function is `__wakeup` of tasks of Python code, bound to its task.
  private func isWakeup(_ function: ObjectHeader) -> Bool { name(of: function) == "Task.__wakeup" }

  private func variable(_ name: String, of function: ObjectHeader) -> Address? {
    (try? PyFunctionObject(function, in: inferior))?.freeVariables(in: inferior)[name]
  }
}

import CPython
import MemoryImage

/// Finds what waits for a future by its callbacks, which are recognized as functions of asyncio's modules.
struct FutureCallbacks {
  /// The results for functions that many futures share, as the children of one `gather` do.
  private var known: [Address: [Address]] = [:]

  /// How asyncio's callbacks, by their qualified names, lead to what waits.
  private enum Rule {
    /// A variable of the enclosing function holds the future that waits.
    case variable(String)
    /// A variable of the enclosing function, or an attribute of its object, holds a queue; its getters wait.
    case queue(String)
    /// An attribute of the object that the method is bound to holds the future that waits.
    case attribute(String)
    /// The first bound argument waits.
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

  /// Calls `body` with each future or task that waits for a future.
  ///
  /// - Parameter share: is charged for each callback and each waiting object; nothing more is read once it is spent.
  mutating func forEachWaiting(
    for future: ObjectHeader, _ share: inout ReferenceBudget.Share, in inferior: Inferior, _ body: (Address) -> Void
  ) {
    AsyncFuture.forEachCallback(of: future, in: inferior) { callback in
      share.take(1)
      guard !share.isSpent, let header = inferior.object(at: callback) else { return }
      switch header.type.kind {
      case .builtinFunction:
        // `task_wakeup`, bound to its task.
        if let wakeup = try? PyCFunctionObject(header, in: inferior) { body(wakeup.instance) }
      case .function:
        let waiting = known[callback] ?? Self.waiting(by: header, bound: nil, in: inferior)
        known[callback] = waiting
        share.take(waiting.count)
        waiting.forEach(body)
      default:
        let waiting = Self.waiting(by: header, in: inferior)
        share.take(waiting.count)
        waiting.forEach(body)
      }
    }
  }

  private static func waiting(by callback: ObjectHeader, in inferior: Inferior) -> [Address] {
    switch callback.type.kind {
    case .method:
      guard let method = try? PyMethodObject(callback, in: inferior), let function = inferior.object(at: method.function),
        function.type.kind == .function
      else { return [] }
      return waiting(by: function, bound: method.instance, in: inferior)
    default:
      if let task = inferior.structureField("ww_task", of: callback.address) { return [task] }
      return partial(callback.address, in: inferior)
    }
  }

  /// What waits by a `functools.partial`.
  private static func partial(_ address: Address, in inferior: Inferior) -> [Address] {
    guard let function = inferior.structureField("fn", of: address), let header = inferior.object(at: function),
      header.type.kind == .function, case .argument? = rule(of: header, in: inferior),
      let arguments = inferior.structureField("args", of: address)
    else { return [] }
    return inferior.items(of: arguments, limit: 1)
  }

  private static func waiting(by function: ObjectHeader, bound instance: Address?, in inferior: Inferior) -> [Address] {
    if let instance, isWakeup(function, in: inferior) { return [instance] }
    switch rule(of: function, in: inferior) {
    case .variable(let name): return variable(name, of: function, in: inferior).map { [$0] } ?? []
    case .queue(let name):
      let queue = variable(name, of: function, in: inferior) ?? instance.flatMap { inferior.attributes(of: $0)[name] }
      return queue.flatMap { inferior.attributes(of: $0)["_getters"] }.map { inferior.items(of: $0) } ?? []
    case .attribute(let name): return instance.flatMap { inferior.attributes(of: $0)[name] }.map { [$0] } ?? []
    case .argument, nil: return []
    }
  }

  /// The qualified name of a function of asyncio; nil for any other function.
  private static func name(of function: ObjectHeader, in inferior: Inferior) -> String? {
    guard let function = try? PyFunctionObject(function, in: inferior), let name = function.qualifiedName(in: inferior),
      name == wakeup || rules[name] != nil, function.codeModule(in: inferior)?.hasPrefix("asyncio.") ?? false
    else { return nil }
    return name
  }

  private static func rule(of function: ObjectHeader, in inferior: Inferior) -> Rule? {
    name(of: function, in: inferior).flatMap { rules[$0] }
  }

  /// The method of tasks of Python code that resumes them.
  private static let wakeup = "Task.__wakeup"

  private static func isWakeup(_ function: ObjectHeader, in inferior: Inferior) -> Bool {
    name(of: function, in: inferior) == wakeup
  }

  private static func variable(_ name: String, of function: ObjectHeader, in inferior: Inferior) -> Address? {
    (try? PyFunctionObject(function, in: inferior))?.freeVariables(in: inferior)[name]
  }
}

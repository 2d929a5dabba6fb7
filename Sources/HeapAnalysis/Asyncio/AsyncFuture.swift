package import CPython
package import MemoryImage

/// A future or task of asyncio, of C or of Python, or a future of `concurrent.futures`.
package struct AsyncFuture: Sendable {
  package let address: Address
  /// A task's coroutine and what it waits for; null in a task without one, and in a future.
  package let coroutine: Address
  package let waiter: Address
  /// What records that it waits for this one (`fut_awaited_by`, since 3.14): an object, or a `set` of them.
  package let awaitedBy: Address
  package let state: FutureObject.State
  package let isTask: Bool
  /// Whether it is a future of `concurrent.futures`, which threads wait for.
  package let isConcurrent: Bool

  /// Reads the future at an address; nil if there is none.
  package init?(at address: Address, in inferior: __shared Inferior) {
    guard let header = inferior.object(at: address) else { return nil }
    self.init(header, in: inferior)
  }

  /// The future that an object is; nil if it is none.
  init?(_ header: ObjectHeader, in inferior: __shared Inferior) {
    switch header.type.kind {
    case .future, .task: self.init(structure: header, in: inferior)
    case .generic: self.init(instance: header, in: inferior)
    default: return nil
    }
  }

  /// Calls `body` with each callback of a future. In C the first has a field of its own, and the others are in a
  /// `list`; in Python all are in a `list`.
  static func forEachCallback(of header: ObjectHeader, in inferior: Inferior, _ body: (Address) -> Void) {
    if header.type.kind == .generic {
      let attributes = inferior.attributes(of: header.address)
      for item in attributes["_done_callbacks"].map({ inferior.items(of: $0) }) ?? [] { body(item) }
      for pair in attributes["_callbacks"].map({ inferior.items(of: $0) }) ?? [] {
        if let callback = inferior.items(of: pair, limit: 1).first { body(callback) }
      }
    } else if let future = try? FutureObject(header, in: inferior) {
      future.forEachCallback(in: inferior, body)
    }
  }

  /// The event loop that it belongs to; null for one of `concurrent.futures`.
  package func loop(in inferior: Inferior) -> Address {
    structure(in: inferior)?.loop(in: inferior) ?? inferior.attributes(of: address)["_loop"] ?? .null
  }

  /// The exception it ended with; null if there is none.
  package func exception(in inferior: Inferior) -> Address {
    if let structure = structure(in: inferior) { return structure.exception(in: inferior) }
    let found = inferior.attributes(of: address)["_exception"] ?? .null
    return inferior.object(at: found)?.type.flags.contains(.baseExceptionSubclass) ?? false ? found : .null
  }

  /// A task's name: a `str`, or since 3.12 an `int` until it is first read; null for a future.
  package func name(in inferior: Inferior) -> Address {
    guard isTask else { return .null }
    return structure(in: inferior)?.name(in: inferior) ?? inferior.attributes(of: address)["_name"] ?? .null
  }

  /// The structure of one of C; nil for one of Python code.
  private func structure(in inferior: Inferior) -> FutureObject? {
    guard let header = inferior.object(at: address), header.type.kind != .generic else { return nil }
    return try? FutureObject(header, in: inferior)
  }

  private init?(structure header: ObjectHeader, in inferior: __shared Inferior) {
    guard let future = try? FutureObject(header, in: inferior) else { return nil }
    address = header.address
    state = future.state
    isTask = header.type.kind == .task
    coroutine = future.coroutine(in: inferior)
    waiter = future.waiter(in: inferior)
    awaitedBy = future.awaitedBy(in: inferior)
    isConcurrent = false
  }
}

// Futures of Python code, and subclasses of them.
extension AsyncFuture {
  /// The class of futures in Python code that a type is or derives from; nil if it is none. A task's class derives from
  /// that of futures, and is found first.
  private static func origin(of type: TypeInfo, in inferior: Inferior) -> LibraryClass? {
    switch LibraryClass(of: type, in: inferior) {
    case .asyncFuture?: .asyncFuture
    case .asyncTask?: .asyncTask
    case .concurrentFuture?: .concurrentFuture
    default: nil
    }
  }

  /// The numbers of the types whose instances are futures or tasks.
  package static func typeNumbers(in inferior: Inferior) -> Set<Int> {
    Set(
      inferior.types.types.filter { type in
        switch type.traits.kind {
        case .future, .task: true
        case .generic: origin(of: type, in: inferior) != nil
        default: false
        }
      }.map { Int($0.traits.number) })
  }

  private init?(instance header: ObjectHeader, in inferior: __shared Inferior) {
    guard let origin = Self.origin(of: inferior.types.types[Int(header.type.number)], in: inferior) else { return nil }
    let attributes = inferior.attributes(of: header.address)
    func attribute(_ name: String) -> Address {
      guard let value = attributes[name], inferior.object(at: value)?.type.kind != ObjectKind.none else { return .null }
      return value
    }
    address = header.address
    // The class has the first state, the instance others.
    state =
      switch inferior.string(at: attribute("_state"), limit: 32) {
      case "FINISHED": .finished
      case "CANCELLED", "CANCELLED_AND_NOTIFIED": .cancelled
      default: .pending
      }
    isTask = origin == .asyncTask
    isConcurrent = origin == .concurrentFuture
    coroutine = attribute("_coro")
    waiter = attribute("_fut_waiter")
    awaitedBy = attribute("_Future__asyncio_awaited_by")
  }
}

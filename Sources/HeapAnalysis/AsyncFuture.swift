package import CPython
package import MemoryImage

/// A future or task of asyncio, be it of C or of Python, or a future of `concurrent.futures`.
package struct AsyncFuture: Sendable {
  package let address: Address
  package let state: FutureObject.State
  /// The event loop that it belongs to; null for one of `concurrent.futures`.
  package let loop: Address
  /// Whether it is a task, and then its coroutine and what it waits for; null in one that has none.
  package let isTask: Bool
  package let coroutine: Address
  package let waiter: Address
  /// A task's name: a `str`, or since 3.12 an `int` until somebody asks for it.
  package let name: Address
  /// What is to be called when it is done: a `list` or one callback in C, a `list` in Python.
  package let callbacks: [Address]
  /// What says that it waits for this one (`fut_awaited_by`, since 3.14): an object, or a `set` of them.
  package let awaitedBy: Address
  /// Whether it is a future of `concurrent.futures`, which threads wait for.
  package let isConcurrent: Bool

  /// Reads the future at an address; nil if there is none.
  package init?(at address: Address, in inferior: Inferior) {
    guard let header = inferior.object(at: address) else { return nil }
    switch header.type.kind {
    case .future, .task: self.init(header, in: inferior)
    case .generic: self.init(instance: header, in: inferior)
    default: return nil
    }
  }

  private init?(_ header: ObjectHeader, in inferior: Inferior) {
    guard let future = try? FutureObject(header, in: inferior) else { return nil }
    address = header.address
    state = future.state
    loop = future.loop(in: inferior)
    isTask = header.type.kind == .task
    coroutine = future.coroutine(in: inferior)
    waiter = future.waiter(in: inferior)
    name = future.name(in: inferior)
    callbacks = future.callbacks(in: inferior)
    awaitedBy = future.awaitedBy(in: inferior)
    isConcurrent = false
  }
}

// Futures of Python code, and subclasses of them.
extension AsyncFuture {
  /// The classes that futures of Python code derive from.
  private enum Origin: String {
    case future = "asyncio.futures.Future"
    case task = "asyncio.tasks.Task"
    case concurrent = "concurrent.futures._base.Future"
  }

  /// More bases of bases than any class has: a limit for hostile dumps.
  private static let baseLimit = 64

  /// The one of these classes that a type is or derives from; a task before a future.
  private static func origin(of type: TypeInfo, in inferior: Inferior) -> Origin? {
    var next: TypeInfo? = type
    for _ in 0..<baseLimit {
      guard let type = next else { return nil }
      if let origin = Origin(rawValue: type.name) { return origin }
      next = inferior.types.type(at: type.base)
    }
    return nil
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

  private init?(instance header: ObjectHeader, in inferior: Inferior) {
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
    loop = attribute("_loop")
    isTask = origin == .task
    isConcurrent = origin == .concurrent
    coroutine = attribute("_coro")
    waiter = attribute("_fut_waiter")
    name = attribute("_name")
    awaitedBy = attribute("_Future__asyncio_awaited_by")
    callbacks =
      isConcurrent
      ? inferior.items(of: attribute("_done_callbacks"))
      : inferior.items(of: attribute("_callbacks")).compactMap { inferior.items(of: $0, limit: 1).first }
  }
}

import CPython
import MemoryImage

/// Where the functions of a task are suspended, and what follows from that alone: computed once for all tasks that are
/// suspended there, which can be many.
struct SuspensionPoint: Sendable {
  /// The places, the outermost function's first.
  let places: [CodeTexts.Place]
  /// The methods at the end that wait for their own object, such as a lock's, the innermost first.
  private let synchronizers: [Variables]
  /// The functions that are in `with` blocks. Before 3.11 only the frame shows that, so these are all functions.
  private let blocks: [Int]
  /// The methods `wait`; a condition's has released the lock.
  private let conditions: [Variables]
  /// Whether the innermost one lets others run for a turn of the loop, and then goes on.
  let isTurn: Bool
  /// Whether one is `asyncio.as_completed`'s; and those that are `asyncio.wait`'s, with the variable `return_when`.
  private let isForNext: Bool
  private let waits: [Variables]

  /// A function by its number in the chain, and some of its variables by theirs.
  private struct Variables: Sendable {
    let link: Int
    let numbers: [Int]
  }

  /// The suspension point of a chain, which is that of its links with frames. Only the last link can lack one.
  init(of chain: AwaitChain, _ functions: inout LibraryFunctions, in inferior: Inferior) {
    let frames = chain.links.compactMap(\.frame)
    places = frames.map { CodeTexts.Place($0) }
    let roles = frames.map { functions.role(of: $0, in: inferior) }
    synchronizers =
      roles.count < chain.links.count
      ? []
      : roles.indices.reversed().prefix { roles[$0] == .synchronizer || roles[$0] == .condition }.map {
        Variables(link: $0, numbers: functions.receiverVariables(of: frames[$0], in: inferior))
      }
    let isKnown = inferior.layout.code.co_exceptiontable != nil
    blocks = frames.indices.filter { !isKnown || frames[$0].isInBlock(in: inferior) }
    conditions = roles.indices.filter { roles[$0] == .condition }.map {
      Variables(link: $0, numbers: functions.receiverVariables(of: frames[$0], in: inferior))
    }
    isTurn = roles.last == .turn
    isForNext = roles.suffix(4).contains(.next)
    waits = roles.indices.suffix(4).filter { roles[$0] == .wait }.map {
      Variables(link: $0, numbers: frames[$0].variables(named: "return_when", in: inferior))
    }
  }

  /// The object that a chain suspended here waits for: that of the outermost of the waiting methods at its end, such as
  /// the `Queue` whose `join` waits for an `Event`; nil if there is none. A task that enters a condition, or returns
  /// from its `wait`, waits for its lock.
  func synchronizer(of chain: AwaitChain, in inferior: Inferior) -> Address? {
    var found: Address?
    for function in synchronizers {
      guard let object = value(of: function, in: chain, in: inferior) else { break }
      if let found, object != found, isInside(object, found, in: inferior) { break }
      found = object
    }
    return found
  }

  /// The attributes in which a condition keeps its lock, and anyio the real one of a lock made outside of an event loop.
  private static let inner = ["_lock", "_internal_lock", "_internal_semaphore", "_internal_limiter"]

  private func isInside(_ outer: Address, _ lock: Address, in inferior: Inferior) -> Bool {
    let attributes = inferior.attributes(of: outer)
    return Self.inner.contains { attributes[$0] == lock }
  }

  /// The context managers in whose `async with` and `with` blocks the functions of a chain suspended here are, each
  /// once. A condition that a function inside the block waits for is left out, with its lock.
  func managers(of chain: AwaitChain, in inferior: Inferior) -> [Address] {
    var managers: [(link: Int, manager: Address)] = []
    for link in blocks where chain.links.indices.contains(link) {
      guard let frame = chain.links[link].frame else { continue }
      managers += frame.enteredManagers(in: inferior).map { (link, $0) }
    }
    for function in managers.isEmpty ? [] : conditions {
      guard let condition = value(of: function, in: chain, in: inferior),
        let lock = inferior.attributes(of: condition)["_lock"]
      else { continue }
      managers.removeAll { entry in
        entry.link <= function.link
          && (entry.manager == condition || entry.manager == lock
            || inferior.attributes(of: entry.manager)["_lock"] == lock)
      }
    }
    return managers.count > 1 ? Set(managers.map(\.manager)).sorted() : managers.map(\.manager)
  }

  /// Whether a chain suspended here is in `asyncio.wait` for the first of several, or in `asyncio.as_completed`.
  func waitsForFirst(_ chain: AwaitChain, in inferior: Inferior) -> Bool {
    isForNext
      || waits.contains { function in
        let when = value(of: function, in: chain, in: inferior)
        return when.flatMap { inferior.string(at: $0, limit: 32) } == "FIRST_COMPLETED"
      }
  }

  private func value(of function: Variables, in chain: AwaitChain, in inferior: Inferior) -> Address? {
    guard chain.links.indices.contains(function.link) else { return nil }
    return chain.links[function.link].frame?.value(ofVariables: function.numbers, in: inferior)
  }
}

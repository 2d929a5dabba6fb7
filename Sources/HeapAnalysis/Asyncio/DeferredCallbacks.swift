import CPython
import MemoryImage

/// The generators that wait for a `Deferred` of Twisted: those of `inlineCallbacks`, which are suspended at a `yield`
/// of their own, and which the callbacks of the `Deferred` resume.
struct DeferredCallbacks {
  private let deferreds: [Address: Address]

  /// The maximum number of callbacks that are read of one `Deferred`, and of generators in all.
  private static let callbackLimit = 1 << 10
  private static let limit = 1 << 20

  init(index: ObjectIndex, in inferior: Inferior) {
    let types = inferior.types.types.filter { LibraryClass(of: $0, in: inferior) == .deferred }
    var found: [Address: Address] = [:]
    if !types.isEmpty {
      index.forEachObject(ofTypes: Set(types.map { Int($0.traits.number) })) { header in
        let attributes = inferior.attributes(of: header.address)
        // A `Deferred` that has been called has its result; until then `called` is the class's.
        if attributes["called"].flatMap({ inferior.integer(at: $0) }) ?? 0 == 0 {
          for generator in Self.generators(attributes["_callbacks"] ?? attributes["callbacks"], in: inferior)
          where found[generator] == nil {
            found[generator] = header.address
          }
        }
        return found.count < Self.limit
      }
    }
    deferreds = found
  }

  /// The `Deferred` that a generator waits for; nil if there is none.
  func deferred(of generator: Address) -> Address? { deferreds[generator] }

  /// The generators among the arguments of callbacks. A callback is a pair of calls, for a result and for a failure,
  /// each with its arguments.
  private static func generators(_ callbacks: Address?, in inferior: Inferior) -> [Address] {
    let pairs = callbacks.map { inferior.items(of: $0, limit: callbackLimit) } ?? []
    return pairs.flatMap { pair -> [Address] in
      guard let call = inferior.items(of: pair, limit: 1).first else { return [] }
      let parts = inferior.items(of: call, limit: 2)
      guard parts.count == 2 else { return [] }
      return inferior.items(of: parts[1], limit: 8).filter { AwaitChain.generator(at: $0, in: inferior) != nil }
    }
  }
}

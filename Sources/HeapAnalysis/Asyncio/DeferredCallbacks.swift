import CPython
import MemoryImage

/// Which generators wait for a `Deferred` of Twisted: those of `inlineCallbacks`, which stand in a `yield` of their own, and
/// which what is to be called when the `Deferred` has come goes on with.
struct DeferredCallbacks {
  private let deferreds: [Address: Address]

  /// So many callbacks of one are looked at, and so many are in all.
  private static let callbackLimit = 1 << 10
  private static let limit = 1 << 20

  init(index: ObjectIndex, in inferior: Inferior) {
    let types = inferior.types.types.filter { LibraryClass(of: $0, in: inferior) == .deferred }
    var found: [Address: Address] = [:]
    if !types.isEmpty {
      index.forEachObject(ofTypes: Set(types.map { Int($0.traits.number) })) { header in
        let attributes = inferior.attributes(of: header.address)
        // One that has been called has its result; `called` is the class's until then.
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

  /// What a generator waits for; nil if that is no `Deferred`.
  func deferred(of generator: Address) -> Address? { deferreds[generator] }

  /// The generators among the arguments of callbacks: pairs of what is called for a result and for a failure, each with its
  /// arguments.
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

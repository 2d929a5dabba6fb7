package import CPython
package import MemoryImage

/// Reads what coroutines await, one chain after another, and caches what their functions are.
package struct AwaitChains {
  private let inferior: Inferior
  private let awaitables: Awaitables
  var functions = LibraryFunctions()
  /// The number of links that may still be read, in all chains: in a hostile dump many can share a long end.
  private var budget = 1 << 24

  /// A limit for hostile dumps: no stack holds so many nested delegations.
  private static let depthLimit = 1 << 16

  package init(_ inferior: Inferior, _ awaitables: Awaitables) {
    self.inferior = inferior
    self.awaitables = awaitables
  }

  /// The chain that begins with the object at `address`; nil if that is no generator, coroutine or asynchronous generator.
  package mutating func chain(from address: Address) -> AwaitChain? {
    var chain = AwaitChain()
    return read(from: address, into: &chain) ? chain : nil
  }

  /// Replaces a chain by the one that begins with the object at `address`, and reuses its memory. Returns false, and
  /// leaves it without links, if there is none.
  mutating func read(from address: Address, into chain: inout AwaitChain) -> Bool {
    chain.links.removeAll(keepingCapacity: true)
    chain.awaited = nil
    var next: Address? = address
    var circle = CycleDetector()
    while let address = next.map({ awaitables.unwrapped($0) }) {
      guard chain.links.count < Self.depthLimit, budget > 0,
        let generator = AwaitChain.generator(at: address, in: inferior)
      else {
        chain.awaited = address
        break
      }
      chain.awaited = circle.cut(&chain.links, before: address) { $0.object }
      if chain.awaited != nil { break }
      budget -= 1
      chain.links.append(.init(object: address, state: generator.state, frame: generator.frame))
      next = generator.delegate(in: inferior)
    }
    if chain.awaited == nil { chain.awaited = handedOut(by: chain.links.last) }
    return !chain.links.isEmpty
  }

  /// What has to happen before a chain continues.
  mutating func outlook(of chain: AwaitChain) -> AwaitChain.Outlook {
    if let awaited = chain.awaited {
      guard let future = AsyncFuture(at: awaited, in: inferior) else { return .waiting }
      return future.state == .pending ? .waiting : .runnable
    }
    guard let first = chain.links.first, let last = chain.links.last, last.state == .suspended, let frame = last.frame else {
      return .runnable
    }
    if functions.role(of: frame, in: inferior) == .turn { return .runnable }
    // A coroutine yields nothing to what awaits it: its event loop receives what comes out at the end.
    return inferior.isObject(first.object, ofKind: .coroutine) ? .eventLoop : .caller
  }

  /// The future whose `__await__`, of Python code, waits for it.
  private mutating func handedOut(by link: AwaitChain.Link?) -> Address? {
    guard let link, link.state == .suspended, let frame = link.frame,
      functions.role(of: frame, in: inferior) == .future
    else { return nil }
    return frame.value(ofVariables: functions.receiverVariables(of: frame, in: inferior), in: inferior)
  }
}

import CPython
package import MemoryImage

/// The suspended generators, coroutines and asynchronous generators of a process, as chains.
package struct SuspendedList: Sendable {
  /// Those that no other one awaits, in the order of their addresses, each with all that it awaits except what an
  /// earlier chain awaits. After them one of each cycle of those that await each other, as in a damaged dump.
  package let chains: [AwaitChain]
  /// What has to happen before each of them goes on.
  package let outlooks: [AwaitChain.Outlook]

  /// Finds all of them that have not ended and do not run.
  ///
  /// - Throws: `Cancellation`.
  package init(in heap: Heap) throws(Cancellation) {
    let inferior = heap.inferior
    let kinds: Set<ObjectKind> = [.generator, .coroutine, .asyncGenerator]
    let awaitables = Awaitables(inferior)
    let found = try heap.mapPieces() { forEachObject in
      var found: [(object: Address, delegate: Address?)] = []
      forEachObject { header in
        guard kinds.contains(header.type.kind), let generator = try? PyGenObject(header, in: inferior),
          generator.state == .suspended || generator.state == .created
        else { return }
        let delegate = generator.delegate(in: inferior).map { awaitables.unwrapped($0) }
        found.append((header.address, delegate))
      }
      return found
    }.flatMap { $0 }
    let inner = Set(found.compactMap(\.delegate))
    var reader = AwaitChains(inferior, awaitables)
    var chains: [AwaitChain] = []
    var outlooks: [AwaitChain.Outlook] = []
    var shared = SharedLinks()
    var met = Set<Address>()
    func add(_ object: Address) {
      guard var chain = reader.chain(from: object) else { return }
      outlooks.append(reader.outlook(of: chain))
      shared.cut(&chain)
      met.formUnion(chain.links.lazy.map(\.object))
      chains.append(chain)
    }
    for (object, _) in found where !inner.contains(object) { add(object) }
    // Those in a cycle have no outermost one: the first of them represents it.
    for (object, _) in found where inner.contains(object) && !met.contains(object) { add(object) }
    let deferreds = DeferredCallbacks(index: heap.index, in: inferior)
    for number in chains.indices where chains[number].awaited == nil {
      guard let awaited = chains[number].links.first.flatMap({ deferreds.deferred(of: $0.object) }) else { continue }
      chains[number].awaited = awaited
      outlooks[number] = reader.outlook(of: chains[number])
    }
    self.outlooks = outlooks
    self.chains = chains
  }
}

import MemoryImage

/// The links of many chains, each once: thousands of coroutines may await one generator that delegates to thousands.
package struct SharedLinks {
  /// The first chain that had each link, and how many links it has from there on.
  private var known: [Address: AwaitChain.Shared] = [:]

  package init() {}

  /// Cuts off the links that an earlier chain had, and records the others.
  package mutating func cut(_ chain: inout AwaitChain) {
    guard let first = chain.links.first else { return }
    if let place = chain.links.dropFirst().firstIndex(where: { known[$0.object] != nil }) {
      chain.shared = known[chain.links[place].object]
      chain.links.removeSubrange(place...)
    }
    let count = chain.links.count + (chain.shared?.count ?? 0)
    for (number, link) in chain.links.enumerated() {
      known[link.object] = .init(object: first.object, count: count - number)
    }
  }
}

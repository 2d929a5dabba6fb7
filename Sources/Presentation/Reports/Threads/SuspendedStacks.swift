package import HeapAnalysis

/// The suspended stacks that are shown, and how many are not.
package struct SuspendedStacks: Sendable {
  package private(set) var shown: [(chain: AwaitChain, outlook: AwaitChain.Outlook)] = []
  /// The numbers of those left out, by their outlook.
  let leftOut: [AwaitChain.Outlook: Int]

  /// - Parameter includesRunnable: whether stacks are shown that could run, or that continue when their iterator asks.
  package init(_ list: SuspendedList, includesRunnable: Bool) {
    var leftOut: [AwaitChain.Outlook: Int] = [:]
    for (chain, outlook) in zip(list.chains, list.outlooks) {
      switch outlook {
      case .runnable, .caller:
        if includesRunnable { shown.append((chain, outlook)) } else { leftOut[outlook, default: 0] += 1 }
      case .waiting, .eventLoop: shown.append((chain, outlook))
      }
    }
    self.leftOut = leftOut
  }

  /// The numbers in words: `3 suspended stacks; left out are 3 that could run and 4 in a yield of their own
  /// (--include-runnable)`.
  package var summary: String {
    let runnable = leftOut[.runnable].map { "\($0) that could run" }
    let yielding = leftOut[.caller].map { "\($0) in a yield of their own, which go on when who iterates them asks" }
    let parts = [runnable, yielding].compactMap { $0 }
    let rest = parts.isEmpty ? "" : "; left out are \(parts.joined(separator: ", and ")) (--include-runnable)"
    return "\(shown.count) suspended stacks\(rest)"
  }
}

package import MemoryImage

/// The frames that threads are in, or are leaving, by their addresses. A frame that lies on a data stack and is none of
/// them is suspended, as a greenlet's is that waits for its turn.
package struct ThreadFrames: Sendable {
  /// In ascending order.
  private let addresses: [Address]

  init(of runtime: RuntimeState, in inferior: Inferior) {
    var addresses: [Address] = []
    var budget = StackFrame.depthLimit
    for thread in runtime.interpreters.lazy.flatMap(\.threads) {
      addresses += Frame.chain(from: thread.currentFrame, budget: &budget, in: inferior).frames.map(\.address)
      addresses += StackFrame.frames(of: thread, budget: &budget, in: inferior).map(\.address)
    }
    self.addresses = addresses.sorted()
  }

  /// Whether a thread is in the frame at `address`, or is leaving it.
  package func contains(_ address: Address) -> Bool {
    var (low, high) = (0, addresses.count)
    while low < high {
      let middle = (low + high) / 2
      if addresses[middle] < address { low = middle + 1 } else { high = middle }
    }
    return low < addresses.count && addresses[low] == address
  }
}

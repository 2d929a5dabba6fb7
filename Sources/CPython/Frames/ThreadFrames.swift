package import MemoryImage

/// The addresses of the frames that threads are executing or leaving. Any other frame on a data stack is suspended, such
/// as that of a greenlet that waits for its turn.
package struct ThreadFrames: Sendable {
  /// The addresses in ascending order.
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

  /// Whether a thread is executing or leaving the frame at `address`.
  package func contains(_ address: Address) -> Bool {
    let index = addresses.firstIndex(sortedPast: { $0 >= address })
    return index < addresses.count && addresses[index] == address
  }
}

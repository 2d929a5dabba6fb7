import CPython
import MemoryImage

/// The locks, queues and the like of asyncio that tasks wait for.
enum Synchronizer {
  /// The object that a chain waits for: that of the outermost of the methods of these at its end, such as the `Queue` whose
  /// `join` waits for an `Event`.
  static func awaited(by chain: AwaitChain, in inferior: Inferior, _ functions: inout LibraryFunctions) -> Address? {
    var found: Address?
    for link in chain.links.reversed() {
      guard let frame = link.frame, functions.role(of: frame.code, in: inferior) == .synchronizer,
        let object = functions.receiver(of: frame, in: inferior)
      else { break }
      found = object
    }
    return found
  }
}

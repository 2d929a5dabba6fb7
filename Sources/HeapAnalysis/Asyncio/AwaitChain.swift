package import CPython
package import MemoryImage

/// A generator, coroutine or asynchronous generator, what it awaits, what that awaits, and so on.
package struct AwaitChain: Sendable {
  /// A generator or coroutine of the chain.
  package struct Link: Sendable {
    package let object: Address
    package let state: PyGenObject.State
    /// Its frame; nil once it has ended.
    package let frame: Frame?
  }

  /// The links of a chain that an earlier chain already has.
  package struct Shared: Sendable, Hashable {
    /// The outermost object of that chain.
    package let object: Address
    /// The number of links, counted from the end of that chain.
    package let count: Int
  }

  /// The outermost first, without those that are in `shared`.
  package internal(set) var links: [Link] = []
  /// The links after `links`, where an earlier chain ended with the same; nil if none did.
  package internal(set) var shared: Shared?
  /// What the innermost one waits for; nil if it has not begun, or has yielded an item of its own. In a damaged dump it
  /// may be one of the links, which then form a cycle.
  package internal(set) var awaited: Address?

  /// The generator at an address; nil if there is none.
  package static func generator(at address: Address, in inferior: Inferior) -> PyGenObject? {
    guard let header = inferior.object(at: address) else { return nil }
    switch header.type.kind {
    case .generator, .coroutine, .asyncGenerator: return try? PyGenObject(header, in: inferior)
    default: return nil
    }
  }
}

extension AwaitChain {
  /// What has to happen before a chain continues.
  package enum Outlook: String, Sendable {
    /// Nothing: it has not begun, what it awaits is done, or it only lets others run for a turn.
    case runnable
    /// What it awaits has to complete.
    case waiting
    /// Its event loop has to resume it, for a reason that only the loop knows, as with Trio and Curio.
    case eventLoop = "event loop"
    /// The code that iterates over it has to ask for the next item.
    case caller
  }
}

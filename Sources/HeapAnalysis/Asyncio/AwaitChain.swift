package import CPython
package import MemoryImage

/// A generator, coroutine or asynchronous generator, what it awaits, what that awaits, and so on.
package struct AwaitChain: Sendable {
  /// One of them.
  package struct Link: Sendable {
    package let object: Address
    package let state: PyGenObject.State
    /// Where it stands; nil once it has ended.
    package let frame: Frame?
  }

  /// The links of a chain that another chain had before.
  package struct Shared: Sendable, Hashable {
    /// The outermost object of that chain.
    package let object: Address
    /// How many of its last links they are.
    package let count: Int
  }

  /// The outermost first, without those that are in `shared`.
  package internal(set) var links: [Link] = []
  /// What follows after `links`, where a chain before ended with the same; nil if none did.
  package internal(set) var shared: Shared?
  /// What the innermost one waits for; nil if that is nothing: it has not begun, or has handed out an item of its own.
  /// In a damaged dump it may be one of the links, which then wait for one another.
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
  /// What has to happen before it goes on.
  package enum Outlook: String, Sendable {
    /// Nothing: it has not begun, what it awaits has come, or it only lets others run for a turn.
    case runnable
    /// What it awaits has to come.
    case waiting
    /// Its event loop has to go on with it: what for, only that knows, as with Trio's and Curio's.
    case eventLoop = "event loop"
    /// Who iterates it has to ask for the next item.
    case caller
  }
}

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

  /// The outermost first.
  package let links: [Link]
  /// What the innermost one waits for; nil if that is nothing: it has not begun, or has handed out an item of its own.
  package let awaited: Address?

  /// More delegations in delegations than any stack holds: a limit for hostile dumps.
  private static let depthLimit = 1 << 16

  /// The chain that begins with the object at `address`; nil if that is no generator, coroutine or asynchronous generator.
  ///
  /// - Parameters:
  ///   - functions: what is known of functions so far.
  ///   - budget: how many links may still be read, in all chains: in a hostile dump many can share a long end.
  init?(from address: Address, in inferior: Inferior, _ functions: inout LibraryFunctions, budget: inout Int) {
    var links: [Link] = []
    var next: Address? = address
    var awaited: Address?
    while let address = next.map({ Self.unwrapped($0, in: inferior) }) {
      guard links.count < Self.depthLimit, budget > 0, let generator = Self.generator(at: address, in: inferior) else {
        awaited = address
        break
      }
      budget -= 1
      links.append(Link(object: address, state: generator.state, frame: generator.frame))
      next = generator.delegate(in: inferior)
      // A damaged dump may have one wait for itself.
      if next == address { break }
    }
    guard let last = links.last else { return nil }
    self.links = links
    let isFuture = last.frame.map { functions.role(of: $0.code, in: inferior) == .future } ?? false
    let handingOut = isFuture && last.state == .suspended ? last.frame : nil
    self.awaited = awaited ?? handingOut.flatMap { functions.receiver(of: $0, in: inferior) }
  }

  /// The generator at an address; nil if there is none.
  package static func generator(at address: Address, in inferior: Inferior) -> PyGenObject? {
    guard let header = inferior.object(at: address) else { return nil }
    switch header.type.kind {
    case .generator, .coroutine, .asyncGenerator: return try? PyGenObject(header, in: inferior)
    default: return nil
    }
  }

  /// What the awaitables of C are made for: the coroutine of `coroutine.__await__()`, the asynchronous generator of its
  /// `__anext__()`, `asend()` and `athrow()`, the future of its iterator.
  package static func unwrapped(_ address: Address, in inferior: Inferior) -> Address {
    switch inferior.object(at: address)?.type.kind {
    case .generator, .coroutine, .asyncGenerator, .future, .task: return address
    default: break
    }
    let field: String? =
      switch inferior.typeName(of: address) {
      case "coroutine_wrapper": "cw_coroutine"
      case "async_generator_asend": "ags_gen"
      case "async_generator_athrow": "agt_gen"
      case "anext_awaitable": "wrapped"
      case "FutureIter": "future"
      default: nil
      }
    guard let field, let inner = inferior.structureField(field, of: address), !inner.isNull else { return address }
    return inner
  }
}

extension AwaitChain {
  /// So many links all chains of a process have at most.
  static let budget = 1 << 24

  /// Whether it could run: it waits for nothing, or for a future that is done.
  package func couldRun(in inferior: Inferior) -> Bool {
    guard let awaited else { return true }
    return AsyncFuture(at: awaited, in: inferior).map { $0.state != .pending } ?? false
  }
}

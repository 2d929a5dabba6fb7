import Dispatch
import Synchronization

/// A value that is made when it is first asked for, once for all threads.
public final class Deferred<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)
  private let make: @Sendable () -> Value

  /// A value that `make` makes.
  public init(_ make: @escaping @Sendable () -> Value) {
    self.make = make
  }

  /// The value. Each question takes a lock: loops ask once, before they begin.
  public var value: Value {
    made.withLock { made in
      if let made { return made }
      let value = make()
      made = value
      return value
    }
  }

  /// Begins to make the value on another thread: somebody will ask for it soon.
  public func begin() {
    DispatchQueue.global().async { _ = self.value }
  }
}

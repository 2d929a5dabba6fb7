import Synchronization

/// A value that is made on first use, once for all threads.
public final class Deferred<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)
  private let make: @Sendable () -> Value

  /// Creates a value that `make` returns.
  public init(_ make: @escaping @Sendable () -> Value) {
    self.make = make
  }

  /// The value. Each access takes a lock, so a loop reads it once, before it begins.
  public var value: Value {
    made.withLock { made in
      if let made { return made }
      let value = make()
      made = value
      return value
    }
  }

  /// Starts making the value on another thread, for a caller that will need it soon. Without one, it is made on first use.
  public func begin() {
    WorkerThreads.detach { _ = self.value }
  }
}

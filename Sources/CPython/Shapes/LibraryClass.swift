package import MemoryImage

/// The classes of libraries in Python whose instances somebody can hold or wait for.
package enum LibraryClass: Sendable {
  case condition, semaphore, thread
  /// The `RLock` of Python code, which a process has that cannot have C's.
  case recursiveLock
  /// The lock that a module's import takes.
  case moduleLock
  case asyncLock, asyncCondition, asyncSemaphore
  case anyioLock, anyioCondition, anyioSemaphore, anyioLimiter
  case exitStack
  /// What Twisted has in place of a future.
  case deferred
  /// A lock or semaphore between processes.
  case processLock, processCondition

  /// The classes by their names. The import system's are called otherwise where it was imported from its source; anyio renames
  /// those of its interface when it has been imported.
  private static let names: [String: Self] = [
    "threading.Condition": .condition, "threading.Semaphore": .semaphore, "threading.Thread": .thread,
    "threading._RLock": .recursiveLock, "_frozen_importlib._ModuleLock": .moduleLock,
    "importlib._bootstrap._ModuleLock": .moduleLock, "asyncio.locks.Lock": .asyncLock,
    "asyncio.locks.Condition": .asyncCondition, "asyncio.locks.Semaphore": .asyncSemaphore,
    "anyio._backends._asyncio.Lock": .anyioLock, "anyio._core._synchronization.Lock": .anyioLock, "anyio.Lock": .anyioLock,
    "anyio._core._synchronization.Condition": .anyioCondition, "anyio.Condition": .anyioCondition,
    "anyio._backends._asyncio.Semaphore": .anyioSemaphore, "anyio._core._synchronization.Semaphore": .anyioSemaphore,
    "anyio.Semaphore": .anyioSemaphore, "anyio._backends._asyncio.CapacityLimiter": .anyioLimiter,
    "contextlib._BaseExitStack": .exitStack, "twisted.internet.defer.Deferred": .deferred,
    "multiprocessing.synchronize.SemLock": .processLock, "multiprocessing.synchronize.Condition": .processCondition,
  ]

  /// More bases of bases than any class has: a limit for hostile dumps.
  private static let baseLimit = 64

  /// The one of these that an object's class is or derives from; nil if it is none, or there is no object.
  package init?(of address: Address, in inferior: Inferior) {
    guard let header = inferior.object(at: address) else { return nil }
    self.init(of: inferior.types.types[Int(header.type.number)], in: inferior)
  }

  /// The one that a class is or derives from.
  package init?(of type: TypeInfo, in inferior: Inferior) {
    var next: TypeInfo? = type
    for _ in 0..<Self.baseLimit {
      guard let type = next else { return nil }
      if let known = Self.names[type.name] {
        self = known
        return
      }
      next = inferior.types.type(at: type.base)
    }
    return nil
  }
}

extension Inferior {
  /// What an object's class has under a name, in the order in which attributes are looked up; nil if it has no such thing.
  package func classAttribute(_ name: String, of address: Address) -> Address? {
    guard let header = object(at: address) else { return nil }
    let type = types.types[Int(header.type.number)]
    guard let own = try? PyTypeObject(at: type.address, in: self) else { return nil }
    for base in items(of: own[layout.type.tp_mro], limit: 256) {
      guard let type = try? PyTypeObject(at: base, in: self) else { return nil }
      if let found = dict(at: type[layout.type.tp_dict])?.value(forKey: name, in: self) { return found }
    }
    return nil
  }
}

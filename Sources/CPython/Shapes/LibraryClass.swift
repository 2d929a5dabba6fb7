package import MemoryImage

/// The classes of Python libraries whose instances can be held or waited for.
package enum LibraryClass: Sendable {
  case condition, semaphore, thread
  /// The `RLock` written in Python, for a process that cannot have the one written in C.
  case recursiveLock
  /// The lock that the import of a module takes.
  case moduleLock
  case asyncLock, asyncCondition, asyncSemaphore
  case anyioLock, anyioCondition, anyioSemaphore, anyioLimiter
  case exitStack
  /// Twisted's counterpart of a future.
  case deferred
  /// A lock or semaphore between processes.
  case processLock, processCondition
  /// A call that a pool of threads has in its queue.
  case workItem

  /// The classes by name. Those of the import system have other names if it was imported from its source; anyio renames
  /// the classes of its interface after import.
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
    "concurrent.futures.thread._WorkItem": .workItem,
  ]

  /// More bases of bases than any class has: a limit for hostile dumps.
  private static let baseLimit = 64

  /// The class that an object is an instance of, possibly through a subclass; nil if it is none of these, or there is no
  /// object.
  package init?(of address: Address, in inferior: Inferior) {
    guard let header = inferior.object(at: address) else { return nil }
    self.init(of: inferior.types.types[Int(header.type.number)], in: inferior)
  }

  /// The class that a type is or derives from; nil if it is none of these.
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
  /// The attribute of an object's class with a name, in Python's lookup order; nil if there is none.
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

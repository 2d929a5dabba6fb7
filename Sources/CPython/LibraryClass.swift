package import MemoryImage

/// The classes of libraries in Python whose instances somebody can hold or wait for.
package enum LibraryClass: String, Sendable {
  case condition = "threading.Condition"
  case semaphore = "threading.Semaphore"
  /// The `RLock` of Python code, which a process has that cannot have C's.
  case recursiveLock = "threading._RLock"
  case thread = "threading.Thread"
  /// The lock that a module's import takes.
  case moduleLock = "_frozen_importlib._ModuleLock"
  /// The same where the import system was imported from its source.
  case moduleLockFromSource = "importlib._bootstrap._ModuleLock"
  case asyncLock = "asyncio.locks.Lock"
  case asyncCondition = "asyncio.locks.Condition"
  case asyncSemaphore = "asyncio.locks.Semaphore"
  case anyioLock = "anyio._core._synchronization.Lock"
  case anyioBackendLock = "anyio._backends._asyncio.Lock"
  case anyioSemaphore = "anyio._core._synchronization.Semaphore"
  case anyioCondition = "anyio._core._synchronization.Condition"
  case anyioLimiter = "anyio._backends._asyncio.CapacityLimiter"
  case anyioLimiterAdapter = "anyio._core._synchronization.CapacityLimiterAdapter"
  case exitStack = "contextlib._BaseExitStack"
  /// A lock or semaphore between processes.
  case processLock = "multiprocessing.synchronize.SemLock"
  case processCondition = "multiprocessing.synchronize.Condition"

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
      if let known = Self(rawValue: type.name) {
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

package import MemoryImage

/// The classes of Python libraries whose instances can be held or waited for. Their code identifies them.
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

  /// The futures and tasks of asyncio that are written in Python, and the futures of `concurrent.futures`.
  case asyncFuture, asyncTask, concurrentFuture

  /// The classes by their own names, each with the module that contains its code. The import system's module has another
  /// name until `importlib` is imported.
  private static let names: [String: [(module: String, class: Self)]] = [
    "Condition": [
      ("threading", .condition), ("asyncio.locks", .asyncCondition), ("anyio._core._synchronization", .anyioCondition),
      ("multiprocessing.synchronize", .processCondition),
    ],
    "Semaphore": [
      ("threading", .semaphore), ("asyncio.locks", .asyncSemaphore), ("anyio._core._synchronization", .anyioSemaphore),
      ("anyio._backends._asyncio", .anyioSemaphore),
    ],
    "Lock": [
      ("asyncio.locks", .asyncLock), ("anyio._core._synchronization", .anyioLock), ("anyio._backends._asyncio", .anyioLock),
    ],
    "Thread": [("threading", .thread)], "_RLock": [("threading", .recursiveLock)],
    "_ModuleLock": [("_frozen_importlib", .moduleLock), ("importlib._bootstrap", .moduleLock)],
    "CapacityLimiter": [("anyio._backends._asyncio", .anyioLimiter)], "_BaseExitStack": [("contextlib", .exitStack)],
    "Deferred": [("twisted.internet.defer", .deferred)], "SemLock": [("multiprocessing.synchronize", .processLock)],
    "_WorkItem": [("concurrent.futures.thread", .workItem)], "Task": [("asyncio.tasks", .asyncTask)],
    "Future": [("asyncio.futures", .asyncFuture), ("concurrent.futures._base", .concurrentFuture)],
  ]

  /// More bases of bases than any class has: a limit for hostile dumps.
  private static let baseLimit = 64
  /// The number of entries of a class's dict that are read.
  private static let entryLimit = 256

  /// The class that an object is an instance of, possibly through a subclass; nil if it is none of these, or there is no
  /// object.
  package init?(of address: Address, in inferior: Inferior) {
    guard let header = inferior.object(at: address) else { return nil }
    self.init(of: inferior.types.types[Int(header.type.number)], in: inferior)
  }

  /// The class that a type is or derives from; nil if it is none of these.
  package init?(of type: TypeInfo, in inferior: Inferior) {
    let known = inferior.libraryClasses
    guard !known.isEmpty else { return nil }
    var next: TypeInfo? = type
    for _ in 0..<Self.baseLimit {
      guard let type = next else { return nil }
      if let found = known[Int(type.traits.number)] {
        self = found
        return
      }
      next = inferior.types.type(at: type.base)
    }
    return nil
  }

  /// The types that are these classes themselves, by number.
  ///
  /// A class has the name of one of these, and most of its functions are code of the module that defines it. The name of
  /// a module that a class states does not count: an application can state any, and anyio states others than its own.
  static func types(in inferior: Inferior) -> [Int: Self] {
    var found: [Int: Self] = [:]
    for type in inferior.types.types {
      guard type.traits.flags.contains(.heapType), let candidates = names[type.shortName] else { continue }
      let modules = modulesOfFunctions(in: type, inferior)
      let most = modules.max { ($0.value, $1.key) < ($1.value, $0.key) }
      if let match = candidates.first(where: { $0.module == most?.key }) { found[Int(type.traits.number)] = match.class }
    }
    return found
  }

  /// How many functions of a class are from each module; those of modules that are not in `sys.modules` have no name.
  private static func modulesOfFunctions(in type: TypeInfo, _ inferior: Inferior) -> [String: Int] {
    guard let object = try? PyTypeObject(at: type.address, in: inferior),
      let dict = inferior.dict(at: object[inferior.layout.type.tp_dict])
    else { return [:] }
    var counts: [String: Int] = [:]
    var left = entryLimit
    try? dict.forEachEntry(in: inferior) { _, value in
      left -= 1
      if let header = inferior.object(at: value), header.type.kind == .function,
        let function = try? PyFunctionObject(header, in: inferior)
      {
        counts[function.codeModule(in: inferior) ?? "", default: 0] += 1
      }
      return left > 0
    }
    return counts
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

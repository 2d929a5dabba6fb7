package import CPython
package import MemoryImage

/// What a thread stands and waits for.
package struct ThreadWait: Sendable {
  /// The locks, queues, events, threads or futures that it waits for.
  package let objects: [Address]
  /// Whether one of them is enough.
  package let needsOne: Bool
  /// Where it waits: the innermost function that is not of the library that waits.
  package let place: Frame?
  /// Whether this was concluded from what lies on its stack, and not told by a variable or a register.
  package let isInferred: Bool

  /// The functions of the standard library that wait for the object they are methods of. Before 3.11 code objects have no
  /// qualified names, so these are the names alone.
  private static let waiting: [(file: String, functions: Set<String>)] = [
    ("/threading.py", ["wait", "wait_for", "acquire", "__enter__", "join", "_wait", "_enter", "_wait_for_tstate_lock"]),
    ("/queue.py", ["get", "put", "join"]),
    ("/concurrent/futures/_base.py", ["result", "exception", "wait"]),
  ]

  /// What a thread waits for by its stack; nil if it is not seen to wait.
  ///
  /// - Parameter locks: the locks by their semaphores, which the registers of a core lead to.
  package init?(
    of thread: PythonThread, _ stack: CallStack, locksBySemaphore locks: [Address: Address], in inferior: Inferior
  ) {
    var library: Frame?
    var depth = 0
    for frame in stack.frames {
      guard Self.isWaiting(frame, in: inferior), frame.local("self", in: inferior) ?? frame.local("fs", in: inferior) != nil
      else { break }
      library = frame
      depth += 1
    }
    place = stack.frames.count > depth ? stack.frames[depth] : stack.frames.last
    if let library, let object = library.local("self", in: inferior) {
      // Who enters a condition or semaphore waits for its lock, unless it is the semaphore itself.
      objects = [Self.lock(ofConditionEnteredBy: library, object, in: inferior) ?? object]
      (needsOne, isInferred) = (false, false)
    } else if let library {
      // `concurrent.futures.wait`.
      objects = (library.local("fs", in: inferior)).map { inferior.items(of: $0, limit: 1 << 16) } ?? []
      let when = library.local("return_when", in: inferior).flatMap { inferior.string(at: $0, limit: 32) }
      (needsOne, isInferred) = (when == "FIRST_COMPLETED", false)
    } else if let lock = thread.native?.futex.flatMap({ locks[$0] }) {
      (objects, needsOne, isInferred) = ([lock], false, false)
    } else if thread.native == nil || locks.isEmpty, let frame = stack.frames.first,
      let lock = Self.wantedLock(of: frame, ident: thread.state.threadID, in: inferior)
    {
      (objects, needsOne, isInferred) = ([lock], false, true)
    } else {
      return nil
    }
  }

  private static func isWaiting(_ frame: Frame, in inferior: Inferior) -> Bool {
    guard let code = try? PyCodeObject(at: frame.code, in: inferior), let file = code.filename(in: inferior),
      let entry = waiting.first(where: { file.hasSuffix($0.file) }), let name = code.name(in: inferior)
    else { return false }
    return entry.functions.contains(String(name.split(separator: ".").last ?? ""))
  }

  /// The lock of the condition that a function `__enter__` enters; nil for any other function.
  private static func lock(ofConditionEnteredBy frame: Frame, _ object: Address, in inferior: Inferior) -> Address? {
    guard inferior.typeName(of: object) == "Condition", let code = try? PyCodeObject(at: frame.code, in: inferior),
      code.name(in: inferior)?.hasSuffix("__enter__") ?? false
    else { return nil }
    return inferior.attributes(of: object)["_lock"]
  }

  /// The lock that the innermost function asks for by `acquire` or `with`: among what its evaluation stack holds beyond what
  /// the block it is in keeps, the first that may be called is a lock's. What lies there may be left over, so the lock
  /// must be held, and by another thread where that is known.
  private static func wantedLock(of frame: Frame, ident: UInt64, in inferior: Inferior) -> Address? {
    let (values, certain) = frame.evaluationStack(in: inferior)
    for value in values.dropFirst(certain).prefix(8) where !value.isNull {
      guard let header = inferior.object(at: value) else { return nil }
      var object = value
      switch header.type.kind {
      case .builtinFunction: object = (try? PyCFunctionObject(header, in: inferior))?.instance ?? .null
      case .function, .method, .type: return nil
      default: break
      }
      if let lock = ThreadLock(at: object, in: inferior) {
        return lock.isLocked && lock.owner != ident ? object : nil
      }
      // A function of C that is no method of a lock is what has been called.
      if header.type.kind == .builtinFunction { return nil }
    }
    return nil
  }
}

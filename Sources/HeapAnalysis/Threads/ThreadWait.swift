package import CPython
package import MemoryImage
import NativeProcess

/// Where a thread waits, and for what.
package struct ThreadWait: Sendable {
  /// The locks, queues, events, threads or futures that it waits for.
  package let objects: [Address]
  /// The children of the process that it waits for, by their numbers; -1 for any of them.
  package let children: [Int]
  /// Whether one of them is enough.
  package let needsOne: Bool
  /// Where it waits: the innermost function outside of the library that waits.
  package let place: Frame?
  /// Whether this was inferred from the contents of its stack, without a variable or a register that shows it.
  package let isInferred: Bool
}

/// Finds what threads wait for. The innermost function decides, by its call of C code that blocks. Functions of the
/// library around it only show whose lock or condition that is.
struct ThreadWaitReader {
  private let inferior: Inferior
  /// The locks by their semaphores, which the registers of a core lead to; none since 3.14.
  private let locks: [Address: Address]
  /// The threads of the process.
  private let threads: [PythonThread]
  private var functions = LibraryFunctions()

  init(threads: [PythonThread], locksBySemaphore locks: [Address: Address], in inferior: Inferior) {
    (self.threads, self.locks, self.inferior) = (threads, locks, inferior)
  }

  /// What is waited for, before its owner is known.
  private struct Subject {
    var objects: [Address] = []
    var children: [Int] = []
    var needsOne = false
    var isInferred = false
    /// Whether another thread has to notify; a lock is reported itself, a condition by its owner.
    var isNotification = false
  }

  /// What a thread waits for; nil if it is not seen to wait.
  mutating func wait(of thread: PythonThread, _ stack: CallStack) -> ThreadWait? {
    // A thread that has the GIL runs, and one that wants it has what it waited for.
    guard thread.holdsGIL != true, thread.waitsForGIL != true, let frame = stack.frames.first else { return nil }
    guard var subject = toldByFunction(frame, stack, thread) ?? toldByRegisters(thread) ?? toldByStack(frame, thread) else {
      return nil
    }
    var depth = 0
    if subject.isNotification { depth = nameOwner(of: &subject, stack) }
    while depth + 1 < stack.frames.count, isPassed(stack.frames[depth]) { depth += 1 }
    return ThreadWait(
      objects: subject.objects, children: subject.children, needsOne: subject.needsOne, place: stack.frames[depth],
      isInferred: subject.isInferred)
  }

  // MARK: - The innermost function

  /// What a library function waits for by its variables; nil for any other function, and for one that does not wait.
  private mutating func toldByFunction(_ frame: Frame, _ stack: CallStack, _ thread: PythonThread) -> Subject? {
    let name = functions.name(of: frame, in: inferior)
    switch name.module {
    case "threading": return toldByThreading(frame, name.function, thread)
    case "_frozen_importlib", "importlib._bootstrap":
      guard name.function == "acquire", let lock = frame.local("self", in: inferior),
        LockRecord(at: lock, in: inferior)?.isLocked == true
      else { return nil }
      return Subject(objects: [lock])
    case "concurrent.futures._base" where name.function == "__enter__":
      guard let future = frame.local("future", in: inferior) else { return nil }
      return wanted(inferior.attributes(of: future)["_condition"].flatMap { lock(of: $0) }, by: thread)
    // Since 3.15 a wait with a timeout polls a file of the child.
    case "subprocess" where ["_try_wait", "_wait", "_wait_pidfd"].contains(name.function): return child(of: frame)
    case "selectors" where name.function == "select": return toldAround(stack)
    case let module where module.hasPrefix("multiprocessing."): return toldAround(stack)
    default: return nil
    }
  }

  private mutating func toldByThreading(_ frame: Frame, _ function: String, _ thread: PythonThread) -> Subject? {
    if function == "_shutdown" { return threadsAtShutdown(frame, thread) }
    guard let object = frame.local("self", in: inferior) else { return nil }
    switch (function, LibraryClass(of: object, in: inferior)) {
    case ("wait", .condition): return toldByCondition(object, frame, thread)
    case ("__enter__", .condition), ("_acquire_restore", .condition): return wanted(lock(of: object), by: thread)
    case ("acquire", .recursiveLock), ("__enter__", .recursiveLock), ("_acquire_restore", .recursiveLock):
      return wanted(object, by: thread)
    case ("_wait_for_tstate_lock", .thread): return Subject(objects: [object])
    // Since 3.13 the C code of a thread's handle waits.
    case ("join", .thread) where inferior.attributes(of: object)["_tstate_lock"] == nil: return Subject(objects: [object])
    default: return nil
    }
  }

  /// A condition that is to be notified, or its lock, which a notified thread takes again.
  private func toldByCondition(_ condition: Address, _ frame: Frame, _ thread: PythonThread) -> Subject? {
    guard let waiter = frame.local("waiter", in: inferior).flatMap({ ThreadLock(at: $0, in: inferior) }),
      let lock = lock(of: condition)
    else { return nil }
    let called = toldByRegisters(thread)?.objects.first ?? pendingCall(of: frame, thread)?.objects.first
    if !waiter.isLocked || called == lock { return wanted(lock, by: thread) }
    return Subject(objects: [condition], isNotification: true)
  }

  /// What the main thread waits for before the process ends: the owner of a lock, or since 3.13 all threads but daemons.
  private func threadsAtShutdown(_ frame: Frame, _ thread: PythonThread) -> Subject? {
    let others = threads.filter { $0.state != thread.state && $0.interpreter == thread.interpreter }
    if let lock = frame.local("lock", in: inferior) {
      let owner = others.lazy.compactMap(\.object).first { inferior.attributes(of: $0)["_tstate_lock"] == lock }
      return owner.map { Subject(objects: [$0]) } ?? wanted(lock, by: thread)
    }
    let waited = others.compactMap(\.object).filter { object in
      let attributes = inferior.attributes(of: object)
      return attributes["_tstate_lock"] == nil && attributes["_daemonic"].flatMap { inferior.integer(at: $0) } == 0
    }
    return waited.isEmpty ? nil : Subject(objects: waited)
  }

  /// The child whose `Popen` is waited for by a library function around the innermost one.
  private mutating func toldAround(_ stack: CallStack) -> Subject? {
    for frame in stack.frames.prefix(8) {
      let name = functions.name(of: frame, in: inferior)
      switch name.module {
      case "subprocess" where name.function == "_communicate": return child(of: frame)
      // Since 3.15 a function of its own moves the bytes.
      case "subprocess" where name.function == "_communicate_io_posix": continue
      case let module where module.hasPrefix("multiprocessing.popen_"):
        return name.function == "poll" || name.function == "wait" ? child(of: frame) : nil
      case let module where module == "selectors" || module.hasPrefix("multiprocessing."): continue
      default: return nil
      }
    }
    return nil
  }

  /// The child of the `Popen` whose method a frame runs; nil once it is known to have ended.
  private func child(of frame: Frame) -> Subject? {
    guard let process = frame.local("self", in: inferior) else { return nil }
    let attributes = inferior.attributes(of: process)
    guard let number = attributes["pid"].flatMap({ inferior.integer(at: $0) }), number > 0,
      attributes["returncode"].flatMap({ inferior.integer(at: $0) }) == nil
    else { return nil }
    return Subject(children: [number])
  }

  // MARK: - Locks

  private func lock(of condition: Address) -> Address? { inferior.attributes(of: condition)["_lock"] }

  /// A lock that a thread wants; nil if it is free, or the thread has it and may take it again.
  private func wanted(_ lock: Address?, by thread: PythonThread) -> Subject? {
    guard let lock, let record = LockRecord(at: lock, in: inferior), record.isLocked,
      !record.isRecursive || record.owner != thread.state.threadID
    else { return nil }
    return Subject(objects: [lock])
  }

  private func toldByRegisters(_ thread: PythonThread) -> Subject? {
    thread.native?.futex.flatMap { locks[$0] }.map { Subject(objects: [$0]) }
  }

  /// What a function calls in C, by its evaluation stack. Where registers show locks, they are used instead.
  private func toldByStack(_ frame: Frame, _ thread: PythonThread) -> Subject? {
    guard let subject = pendingCall(of: frame, thread) else { return nil }
    let isLock = subject.objects.first.map { ThreadLock(at: $0, in: inferior) != nil } ?? false
    return isLock && thread.native != nil && !locks.isEmpty ? nil : subject
  }

  // MARK: - The evaluation stack

  /// What a function asks for by `acquire`, `with` or another call in C. Of the values on its evaluation stack beyond
  /// those that the current block keeps, the first that may be called decides. Such values may be stale. So a lock must
  /// be held, by another thread where that is known, and a queue must be empty.
  private func pendingCall(of frame: Frame, _ thread: PythonThread) -> Subject? {
    let (values, certain) = frame.evaluationStack(in: inferior)
    let called = values.dropFirst(certain).prefix(8).filter { !$0.isNull }
    for (index, value) in called.enumerated() {
      guard let header = inferior.object(at: value) else { return nil }
      var object = value
      switch header.type.kind {
      case .builtinFunction:
        guard let function = try? PyCFunctionObject(header, in: inferior) else { return nil }
        if inferior.isObject(function.instance, ofKind: .module) {
          return child(waitedForBy: function, Array(called.dropFirst(index + 1)))
        }
        object = function.instance
      case .function, .method, .type: return nil
      default: break
      }
      if let record = LockRecord(at: object, in: inferior) {
        let isWanted = record.isLocked && !(record.isOwnerRecorded && record.owner == thread.state.threadID)
        return isWanted ? Subject(objects: [object], isInferred: true) : nil
      }
      if let queue = inferior.object(at: object), queue.type.kind == .simpleQueue {
        return SimpleQueueObject.isEmpty(queueAt: object, in: inferior)
          ? Subject(objects: [object], isInferred: true) : nil
      }
      // Any other C function is itself what has been called.
      if header.type.kind == .builtinFunction { return nil }
    }
    return nil
  }

  /// The functions of `posix` that wait for a child, and the positions of its number and the options in their arguments.
  private static let waitingForChildren: [String: (number: Int?, options: Int?)] = [
    "wait": (nil, nil), "wait3": (nil, 0), "wait4": (0, 1), "waitpid": (0, 1), "waitid": (1, 2),
  ]
  /// `WNOHANG` (bits/waitflags.h): the call returns at once.
  private static let returnsAtOnce = 1

  private func child(waitedForBy function: PyCFunctionObject, _ arguments: [Address]) -> Subject? {
    guard let name = function.name(in: inferior), let places = Self.waitingForChildren[name],
      inferior.string(at: function.module, limit: 16) == "posix"
    else { return nil }
    // A call with `*arguments` has them in a tuple or list.
    let unpacked = arguments.first.map { inferior.items(of: $0, limit: 4) } ?? []
    let arguments = unpacked.isEmpty ? arguments : unpacked
    func argument(_ place: Int?) -> Int? {
      place.flatMap { $0 < arguments.count ? inferior.integer(at: arguments[$0]) : nil }
    }
    guard (argument(places.options) ?? 0) & Self.returnsAtOnce == 0 else { return nil }
    return Subject(children: [argument(places.number) ?? -1], isInferred: true)
  }

  // MARK: - The functions around

  /// Replaces a condition that is to be notified by its owner: the event, semaphore, queue or future of the outermost
  /// library function that waits for it, or all futures of `concurrent.futures.wait`. Returns the number of these
  /// functions less one.
  private mutating func nameOwner(of subject: inout Subject, _ stack: CallStack) -> Int {
    var depth = 0
    while depth + 1 < stack.frames.count, let inner = subject.objects.first {
      let frame = stack.frames[depth + 1]
      let name = functions.name(of: frame, in: inferior)
      guard ["threading", "queue", "concurrent.futures._base"].contains(name.module) else { break }
      if let futures = futures(waitedForBy: frame, name, event: inner) {
        subject.objects = futures.objects
        subject.needsOne = futures.needsOne
        return depth + 1
      }
      guard let object = frame.local("self", in: inferior),
        object == inner || inferior.attributes(of: object).values.contains(inner)
      else { break }
      subject.objects = [object]
      depth += 1
    }
    return depth
  }

  /// The futures that `concurrent.futures.wait` or `as_completed` waits for, if it does so by an event.
  private func futures(
    waitedForBy frame: Frame, _ name: LibraryFunctions.Name, event: Address
  ) -> (objects: [Address], needsOne: Bool)? {
    guard name.module == "concurrent.futures._base", let waiter = frame.local("waiter", in: inferior),
      inferior.attributes(of: waiter)["event"] == event,
      let futures = frame.local("pending", in: inferior) ?? frame.local("fs", in: inferior)
    else { return nil }
    let when = frame.local("return_when", in: inferior).flatMap { inferior.string(at: $0, limit: 32) }
    return (inferior.items(of: futures, limit: 1 << 16), name.function != "wait" || when == "FIRST_COMPLETED")
  }

  /// The modules whose functions are less informative about where a thread waits than their callers.
  private static let passed: Set<String> = [
    "_frozen_importlib", "_frozen_importlib_external", "concurrent.futures._base", "contextlib", "importlib",
    "importlib._bootstrap", "importlib._bootstrap_external", "queue", "selectors", "subprocess", "threading",
  ]

  private mutating func isPassed(_ frame: Frame) -> Bool {
    let name = functions.name(of: frame, in: inferior)
    // The functions that a thread begins with have no callers.
    if name.module == "threading", ["run", "_bootstrap", "_bootstrap_inner"].contains(name.function) { return false }
    return Self.passed.contains(name.module) || name.module.hasPrefix("multiprocessing.")
  }
}

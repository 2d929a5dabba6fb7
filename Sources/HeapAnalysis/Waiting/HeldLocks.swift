import CPython
import MemoryImage

/// What somebody holds by the context managers in whose blocks his functions are, and by generators of his that stand in such
/// blocks. Reads each manager and generator once.
struct HeldLocks {
  /// How it is known who holds a lock, the surest first.
  enum Evidence: Int, Sendable, Comparable {
    /// His functions are in a `with` block of the lock itself.
    case block
    /// He has a context manager or generator that certainly holds the lock.
    case manager
    /// He is in the block of a manager whose class takes the lock in its `__enter__`, and gives it back in its `__exit__`; or
    /// in a function that has called the lock's `acquire`.
    case code

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// A lock that is held.
  struct Held: Sendable {
    let object: Address
    /// Whether several can hold it at a time.
    let isShared: Bool
    let evidence: Evidence
  }

  private let inferior: Inferior
  private let awaitables: Awaitables
  private let opcodes: Opcodes?
  private var known: [Address: [Held]] = [:]
  /// How many bytes of instructions, and how many frames' values, may still be read: in a hostile dump many frames share them.
  private var codeBudget = 1 << 26
  private var frameBudget = 1 << 18

  /// More managers in managers than any program has: a limit for hostile dumps.
  private static let depthLimit = 8
  /// So many values of one frame or exit stack are looked at.
  private static let valueLimit = 1 << 10
  /// So many managers and generators are read in all.
  private static let limit = 1 << 20

  init(_ inferior: Inferior, _ awaitables: Awaitables) {
    (self.inferior, self.awaitables) = (inferior, awaitables)
    opcodes = Opcodes(inferior.layout.version)
  }

  /// What is held in the block of a context manager.
  mutating func held(by manager: Address) -> [Held] { held(by: manager, depth: 0) }

  /// What is held by generators, exit stacks and managers of generators that a frame's variables and evaluation stack hold:
  /// they stand in the block of a lock, whoever they belong to.
  mutating func held(byValuesOf frame: Frame) -> [Held] {
    guard frameBudget > 0 else { return [] }
    frameBudget -= 1
    let values = frame.locals(in: inferior).map(\.value) + frame.evaluationStack(in: inferior).values
    return values.prefix(Self.valueLimit).flatMap { value -> [Held] in
      let object = awaitables.unwrapped(value)
      if AwaitChain.generator(at: object, in: inferior) != nil { return held(by: object, depth: 0, through: .manager) }
      guard inferior.object(at: object)?.type.kind == .generic else { return [] }
      let attributes = inferior.attributes(of: object, limit: 64)
      let isManager = attributes["gen"] != nil || attributes["_exit_callbacks"] != nil
      return isManager ? held(by: object, depth: 0, through: .manager) : []
    }
  }

  /// What a function has taken by calls of `acquire`.
  ///
  /// A lock in a variable of the function that it then waits for again, be it in a function that it calls, is not held but
  /// a signal: another thread gives it back, as in `threading.Condition.wait` and whatever is written like it. `waited`
  /// are the locks that the function's thread or task waits for.
  mutating func held(byCallsOf frame: Frame, whichWaitsFor waited: Set<Address> = []) -> [Held] {
    guard let opcodes, frame.instructionOffset > 0, frame.instructionOffset < codeBudget else { return [] }
    codeBudget -= frame.instructionOffset
    var objects = frame.acquiredByCalls(opcodes, in: inferior)
    if objects.contains(where: waited.contains) {
      let signals = waited.intersection(frame.locals(in: inferior).map(\.value))
      objects.removeAll(where: signals.contains)
    }
    return objects.flatMap { held(by: $0, depth: 0, through: .code) }
  }

  /// The same, where what holds it is reached by something else.
  private mutating func held(by manager: Address, depth: Int, through evidence: Evidence) -> [Held] {
    held(by: manager, depth: depth).map {
      Held(object: $0.object, isShared: $0.isShared, evidence: max($0.evidence, evidence))
    }
  }

  private mutating func held(by manager: Address, depth: Int) -> [Held] {
    if let held = known[manager] { return held }
    guard depth < Self.depthLimit, known.count < Self.limit else { return [] }
    // One that leads back to itself adds nothing.
    known[manager] = []
    let found = read(manager, depth: depth)
    known[manager] = found
    return found
  }

  private mutating func read(_ manager: Address, depth: Int) -> [Held] {
    if AwaitChain.generator(at: manager, in: inferior) != nil { return held(byGenerator: manager, depth: depth) }
    switch LibraryClass(of: manager, in: inferior) {
    case .condition?, .asyncCondition?, .processCondition?, .anyioCondition?:
      let lock = inferior.attributes(of: manager)["_lock"]
      return [Held(object: manager, isShared: false, evidence: .block)]
        + (lock.map { held(by: $0, depth: depth + 1) } ?? [])
    case .processLock?:
      return inferior.attributes(of: manager)["_semlock"].map { held(by: $0, depth: depth + 1) } ?? []
    case .exitStack?: return held(byExitStack: manager, depth: depth)
    default: break
    }
    if let lock = LockRecord(at: manager, in: inferior) {
      return [Held(object: manager, isShared: lock.isShared, evidence: .block)]
    }
    return held(byInstance: manager, depth: depth)
  }

  /// What a suspended generator or coroutine holds, and all that it awaits.
  private mutating func held(byGenerator address: Address, depth: Int) -> [Held] {
    guard let generator = AwaitChain.generator(at: address, in: inferior), generator.state == .suspended,
      let frame = generator.frame
    else { return [] }
    var found = frame.enteredManagers(in: inferior).flatMap { held(by: $0, depth: depth + 1) }
    found += held(byCallsOf: frame)
    if let inner = generator.delegate(in: inferior) {
      found += held(by: awaitables.unwrapped(inner), depth: depth + 1, through: .manager)
    }
    return found
  }

  /// What the callbacks of a `contextlib.ExitStack` give back: pairs of a flag and what is to be called.
  private mutating func held(byExitStack stack: Address, depth: Int) -> [Held] {
    let pairs = inferior.attributes(of: stack)["_exit_callbacks"].map { inferior.items(of: $0, limit: Self.valueLimit) } ?? []
    var found: [Held] = []
    for callback in pairs.compactMap({ inferior.items(of: $0, limit: 2).last }) {
      if let manager = receiver(of: callback) { found += held(by: manager, depth: depth + 1, through: .manager) }
    }
    return found
  }

  /// The object whose method a callable is, be it inside of the function that `ExitStack.callback` makes.
  private func receiver(of callable: Address) -> Address? {
    guard let header = inferior.object(at: callable) else { return nil }
    switch header.type.kind {
    case .method: return (try? PyMethodObject(header, in: inferior))?.instance
    case .builtinFunction: return (try? PyCFunctionObject(header, in: inferior))?.instance
    case .function:
      let variables = (try? PyFunctionObject(header, in: inferior))?.freeVariables(in: inferior) ?? [:]
      guard let inner = variables["callback"], inferior.object(at: inner)?.type.kind != .function else { return nil }
      return receiver(of: inner)
    default: return nil
    }
  }

  /// What an instance of a class holds that is no library's: what a generator holds that it keeps, as the managers of
  /// `contextlib` do, and what its class takes and gives back.
  private mutating func held(byInstance manager: Address, depth: Int) -> [Held] {
    guard inferior.object(at: manager)?.type.kind == .generic else { return [] }
    let attributes = inferior.attributes(of: manager, limit: 64).sorted { $0.key < $1.key }
    var taken: [String]?
    var found: [Held] = []
    for (name, value) in attributes {
      let object = awaitables.unwrapped(value)
      if AwaitChain.generator(at: object, in: inferior) != nil {
        found += held(by: object, depth: depth + 1, through: .manager)
      } else if isManager(value) {
        taken = taken ?? namesTaken(by: manager)
        if taken?.contains(name) == true { found += held(by: value, depth: depth + 1, through: .code) }
      }
    }
    return found
  }

  private func isManager(_ object: Address) -> Bool {
    if LockRecord(at: object, in: inferior) != nil { return true }
    return inferior.object(at: object)?.type.kind == .generic
      && (inferior.classAttribute("__exit__", of: object) ?? inferior.classAttribute("__aexit__", of: object)) != nil
  }

  private static let taking: Set<String> = ["acquire", "__enter__", "__aenter__", "enter_context"]
  private static let giving: Set<String> = ["release", "__exit__", "__aexit__", "close"]

  /// The attributes that the class of a context manager asks for both where it takes something, in the method that begins a
  /// block, and where it gives something back, in the one that ends it.
  private func namesTaken(by manager: Address) -> [String] {
    for (enter, exit) in [("__enter__", "__exit__"), ("__aenter__", "__aexit__")] {
      let first = names(inMethod: enter, of: manager)
      let last = names(inMethod: exit, of: manager)
      guard !first.isDisjoint(with: Self.taking), first.isDisjoint(with: Self.giving), !last.isDisjoint(with: Self.giving),
        last.isDisjoint(with: Self.taking)
      else { continue }
      return first.intersection(last).sorted()
    }
    return []
  }

  private func names(inMethod name: String, of object: Address) -> Set<String> {
    guard let header = inferior.classAttribute(name, of: object).flatMap({ inferior.object(at: $0) }),
      header.type.kind == .function, let function = try? PyFunctionObject(header, in: inferior),
      let code = try? PyCodeObject(at: function.code(in: inferior), in: inferior)
    else { return [] }
    return Set(code.names(in: inferior).compactMap { inferior.string(at: $0, limit: 256) })
  }
}

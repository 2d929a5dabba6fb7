import CPython
import MemoryImage

/// The locks that threads and tasks hold: by the context managers in whose blocks their functions are, and by their
/// generators that are suspended in such blocks. Reads each manager and generator once.
struct HeldLocks {
  /// How it is known what holds a lock, the surest first.
  enum Evidence: Int, Sendable, Comparable {
    /// A function of the holder is in a `with` block of the lock itself.
    case block
    /// The holder has a context manager or generator that certainly holds the lock.
    case manager
    /// The holder is in the block of a manager whose class takes the lock in its `__enter__`, and releases it in its
    /// `__exit__`; or in a function that has called the lock's `acquire`.
    case code

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// A lock that is held.
  struct Held: Sendable {
    let object: Address
    /// Whether several can hold it at once.
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

  /// A limit for hostile dumps: managers are nested less deeply in any program.
  private static let depthLimit = 8
  /// The maximum number of values that are read of one frame or exit stack.
  private static let valueLimit = 1 << 10
  /// The maximum number of managers and generators that are read in all.
  private static let limit = 1 << 20

  init(_ inferior: Inferior, _ awaitables: Awaitables) {
    (self.inferior, self.awaitables) = (inferior, awaitables)
    opcodes = Opcodes(inferior.layout.version)
  }

  /// The locks that are held in the block of a context manager.
  mutating func held(by manager: Address) -> [Held] { held(by: manager, depth: 0) }

  /// The locks that are held by generators, exit stacks and managers of generators in a frame's variables and
  /// evaluation stack: these are in the block of a lock, whatever they belong to.
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

  /// The locks that a function has taken by calls of `acquire`.
  mutating func held(byCallsOf frame: Frame) -> [Held] { held(byCallsOf: frame, whichWaitsFor: []).held }

  /// The locks that a function has taken by calls of `acquire`, and those of them that may be signals.
  ///
  /// A lock in a variable of the function that it then waits for again, even in a function that it calls, need not be held.
  /// It may be a signal: another thread releases it, as in `threading.Condition.wait` and code written like it. `waited`
  /// are the locks that the function's thread or task waits for.
  mutating func held(byCallsOf frame: Frame, whichWaitsFor waited: Set<Address>) -> (held: [Held], signals: [Address]) {
    guard let opcodes, frame.instructionOffset > 0, frame.instructionOffset < codeBudget else { return ([], []) }
    codeBudget -= frame.instructionOffset
    var objects = frame.acquiredByCalls(opcodes, in: inferior)
    var signals: [Address] = []
    if objects.contains(where: waited.contains) {
      let variables = waited.intersection(frame.locals(in: inferior).map(\.value))
      signals = objects.filter(variables.contains)
      objects.removeAll(where: variables.contains)
    }
    return (objects.flatMap { held(by: $0, depth: 0, through: .code) }, signals)
  }

  /// The same for a manager that was reached by evidence of another kind; the weaker of the two counts.
  private mutating func held(by manager: Address, depth: Int, through evidence: Evidence) -> [Held] {
    held(by: manager, depth: depth).map {
      Held(object: $0.object, isShared: $0.isShared, evidence: max($0.evidence, evidence))
    }
  }

  private mutating func held(by manager: Address, depth: Int) -> [Held] {
    if let held = known[manager] { return held }
    guard depth < Self.depthLimit, known.count < Self.limit else { return [] }
    // A manager that leads back to itself adds nothing.
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

  /// The locks that a suspended generator or coroutine holds, and those of all that it awaits.
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

  /// The locks that the callbacks of a `contextlib.ExitStack` release. The callbacks are pairs of a flag and a callable.
  private mutating func held(byExitStack stack: Address, depth: Int) -> [Held] {
    let pairs = inferior.attributes(of: stack)["_exit_callbacks"].map { inferior.items(of: $0, limit: Self.valueLimit) } ?? []
    var found: [Held] = []
    for callback in pairs.compactMap({ inferior.items(of: $0, limit: 2).last }) {
      if let manager = receiver(of: callback) { found += held(by: manager, depth: depth + 1, through: .manager) }
    }
    return found
  }

  /// The object whose method a callable is, also if it is inside the function that `ExitStack.callback` makes.
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

  /// The locks that an instance of a class outside the known libraries holds: those of generators in its attributes, as
  /// the managers of `contextlib` have them, and those that its class takes and releases.
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

  /// The attributes that the class of a context manager names both in the method that begins a block, where it takes
  /// something, and in the one that ends it, where it releases something.
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

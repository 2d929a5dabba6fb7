package import CPython
import MemoryImage

/// A place that keeps objects alive and is itself kept by none.
package enum GraphRoot: Sendable {
  /// `sys.modules` of an interpreter.
  case modules(InterpreterState)
  /// `sys.__dict__` of an interpreter.
  case sysdict(InterpreterState)
  /// `builtins.__dict__` of an interpreter.
  case builtins(InterpreterState)
  /// A frame on a data stack, of a thread or suspended, and the thread that runs it. Since 3.11.
  case stackFrame(StackFrame, PythonThread?)
  /// The frame object that a thread runs, up to 3.10.
  case frameObject(Frame, ObjectHeader, PythonThread)
  /// A static type: it is never freed.
  case staticType(ObjectHeader)
  /// An object with more references than all objects have to it, and their number.
  case heldByC(ObjectHeader, count: Int)
  /// An object whose count is never changed, and that nothing refers to.
  case immortal(ObjectHeader)
}

/// The first reference of a path: the object that a root refers to, and how.
struct RootReference {
  let root: Int
  let target: Address
  let part: ReferentPart
}

/// The roots of a process that are known without a walk over its objects.
struct GraphRoots {
  private(set) var roots: [GraphRoot] = []
  /// The references of the roots, by the length that a path has before them. A frame's variable counts as much as one of
  /// a module, which is two references away from `sys.modules`.
  private(set) var references: [[RootReference]] = Array(repeating: [], count: Self.lengths)
  /// The static types, which come after all else: an instance leads to most of them.
  private(set) var staticTypes: [RootReference] = []
  /// The references of suspended frames, by the address of the object that leads to them, such as a greenlet.
  private(set) var suspended: [Address: [StackFrame]] = [:]

  private static let lengths = 4
  private static let variableLength = 2

  init(of runtime: RuntimeState?, threads: ThreadList, index: ObjectIndex, in inferior: Inferior, threadCount: Int) {
    for interpreter in runtime?.interpreters ?? [] {
      add(.modules(interpreter), [(interpreter.modules, "modules")], length: 0)
      add(.sysdict(interpreter), [(interpreter.sysdict, "sysdict")], length: 1)
      add(.builtins(interpreter), [(interpreter.builtins, "builtins")], length: 1)
    }
    addFrames(of: threads, in: inferior)
    // Nothing cancels these workers.
    let heap = Heap(index, of: inferior, workers: Workers(count: threadCount))
    for root in (try? ReferenceRoot.all(of: runtime, in: heap)) ?? [] {
      guard case .frame(let frame) = root else { continue }
      add(frame, threads, in: inferior)
    }
    for type in inferior.types.types where index.contains(type.address) {
      guard let header = inferior.object(at: type.address), !header.hasGCHead(in: inferior) else { continue }
      roots.append(.staticType(header))
      staticTypes.append(RootReference(root: roots.count - 1, target: type.address, part: "ob_type"))
    }
  }

  private mutating func add(_ root: GraphRoot, _ targets: [(Address, ReferentPart)], length: Int) {
    roots.append(root)
    for (target, part) in targets where !target.isNull {
      references[length].append(RootReference(root: roots.count - 1, target: target, part: part))
    }
  }

  private mutating func add(_ frame: StackFrame, _ threads: ThreadList, in inferior: Inferior) {
    if case .suspended(let holder) = frame.state, !holder.isNull {
      suspended[holder, default: []].append(frame)
      return
    }
    let thread: PythonThread? =
      switch frame.state {
      case .running(let id), .leaving(let id): threads.threads.first { $0.state.threadID == id }
      case .suspended: nil
      }
    roots.append(.stackFrame(frame, thread))
    frame.forEachReferent(in: inferior) { referent, kind, part in
      if kind == .held { add(referent, part) }
    }
  }

  /// Before 3.11 a frame is an object, and the innermost one of a thread leads to its callers.
  private mutating func addFrames(of threads: ThreadList, in inferior: Inferior) {
    guard inferior.layout.interpreterFrame == nil else { return }
    for (thread, stack) in threads.stacks(in: inferior) {
      for frame in stack.frames {
        guard let header = inferior.object(at: frame.address), header.type.kind == .frame else { continue }
        roots.append(.frameObject(frame, header, thread))
        header.forEachReferent(in: inferior) { referent, kind, part in
          if kind != .weak && kind != .probable { add(referent, part) }
        }
        references[Self.lengths - 1].append(
          RootReference(root: roots.count - 1, target: header.address, part: "frame"))
      }
    }
  }

  /// A reference of the newest root, a frame: its variables come before what any function leads to, its code and globals.
  private mutating func add(_ referent: Address, _ part: ReferentPart) {
    let isVariable: Bool
    switch part {
    case .variable, .stack: isVariable = true
    default: isVariable = false
    }
    references[isVariable ? Self.variableLength : Self.lengths - 1].append(
      RootReference(root: roots.count - 1, target: referent, part: part))
  }
}

package import CPython
package import MemoryImage

/// Something that refers to objects and is none itself.
package enum ReferenceRoot: Sendable {
  /// A frame on a data stack.
  case frame(StackFrame)
  /// An interpreter.
  case interpreter(InterpreterState)

  /// Where it is.
  package var address: Address {
    switch self {
    case .frame(let frame): frame.address
    case .interpreter(let interpreter): interpreter.address
    }
  }

  /// Calls `body` with each object that it refers to.
  package func forEachReferent(
    in inferior: Inferior, _ body: (_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) -> Void
  ) {
    switch self {
    case .frame(let frame): frame.forEachReferent(in: inferior, body)
    case .interpreter(let interpreter):
      body(interpreter.modules, .held, "modules")
      body(interpreter.sysdict, .held, "sysdict")
      body(interpreter.builtins, .held, "builtins")
    }
  }

  /// All known roots of a process: its interpreters, the frames of their threads, and the suspended frames.
  ///
  /// - Throws: `Cancellation`.
  package static func all(of runtime: RuntimeState?, in heap: Heap) throws(Cancellation) -> [ReferenceRoot] {
    let interpreters = runtime?.interpreters ?? []
    var frames: [StackFrame] = []
    var budget = StackFrame.depthLimit
    for thread in interpreters.lazy.flatMap(\.threads) {
      frames += StackFrame.frames(of: thread, budget: &budget, in: heap.inferior)
    }
    frames += try SuspendedFrames.find(in: heap)
    return interpreters.map { .interpreter($0) } + frames.map { .frame($0) }
  }
}

package import MemoryImage

/// A frame on a data stack. It is not an object, but keeps the values of its variables alive. Since 3.11; before that,
/// every frame is an object.
package struct StackFrame: Sendable {
  /// The state of a frame.
  package enum State: Sendable, Equatable {
    /// A thread is executing it; `threadID` is the number of `threading.get_ident()`.
    case running(threadID: UInt64)
    /// A thread has returned from it and is clearing its variables: the destructor of one of them is running.
    case leaving(threadID: UInt64)
    /// No thread is executing it, and it has not ended, such as the frame of a greenlet that waits for its turn. The
    /// holder is the object of unknown structure that leads to it, null if there is none.
    case suspended(holder: Address)
  }

  /// The address of the `_PyInterpreterFrame`.
  package let address: Address
  package let state: State
  package let frame: Frame

  package init(_ frame: Frame, _ state: State) {
    address = frame.address
    self.frame = frame
    self.state = state
  }

  /// A greater depth of calls than any stack holds, for all threads together: a limit for hostile dumps.
  package static let depthLimit = 1 << 20

  /// Calls `body` with what the frame refers to. The collector does not visit these references.
  package func forEachReferent(
    in inferior: Inferior, _ body: (_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) -> Void
  ) {
    func give(_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) {
      if !referent.isNull { body(referent, kind, part) }
    }
    if case .leaving = state {
      give(frame.function, .held, "f_funcobj")
      give(frame.code, .held, "f_executable")
      // Some have been cleared already; which ones is not recorded.
      frame.forEachVariable(in: inferior) { give($0, .probable, $1) }
    } else {
      frame.forEachReferent(in: inferior, .held, give)
    }
  }

  /// The frames of a thread, innermost first, followed by those that it is leaving; none before 3.11. If a damaged dump's
  /// chain loops, the list ends there.
  ///
  /// - Parameter budget: number of frames that may still be read, for all threads; reduced by the number read.
  package static func frames(
    of thread: ThreadState, budget: inout Int, in inferior: Inferior
  ) -> [StackFrame] {
    guard inferior.layout.interpreterFrame != nil else { return [] }
    let chain = Frame.chain(from: thread.currentFrame, budget: &budget, in: inferior)
    let running = chain.frames.filter { $0.isOnDataStack(in: inferior) }
    guard let innermost = running.first else { return [] }
    let known = Set(chain.frames.lazy.map(\.address))
    let others = DataStack(of: thread, in: inferior).frames(before: innermost.address, budget: &budget, in: inferior)
      .filter { $0.isOnDataStack(in: inferior) && !known.contains($0.address) }
    // If the chain cannot be followed to its end, the frames that it does not reach are the callers of the others.
    let state: State =
      chain.isCut ? .running(threadID: thread.threadID) : .leaving(threadID: thread.threadID)
    return running.map { StackFrame($0, .running(threadID: thread.threadID)) } + others.map { StackFrame($0, state) }
  }
}

extension Frame {
  /// `FRAME_OWNED_BY_THREAD` (Include/internal/pycore_frame.h), the same in all versions that have it. Other frames of a
  /// thread belong to generators or to the interpreter itself.
  private static let ownedByThread: Int8 = 0

  /// Whether the frame is on the data stack of a thread or of something that is suspended.
  package func isOnDataStack(in inferior: Inferior) -> Bool {
    owner == Self.ownedByThread && inferior.isObject(code, ofKind: .code)
  }

  /// The frame at `address` and its callers, including the interpreter's own frames; and whether there are more that
  /// cannot be read. If a damaged dump's chain loops, the list ends there.
  ///
  /// - Parameter budget: number of frames that may still be read; reduced by the number read.
  package static func chain(
    from address: Address, budget: inout Int, in inferior: Inferior
  ) -> (frames: [Frame], isCut: Bool) {
    var frames: [Frame] = []
    var address = address
    // One frame is remembered, and replaced each time the number of steps has doubled. Every cycle leads back to it (Brent).
    var (met, steps, stepsToNext) = (Address.null, 0, 2)
    while !address.isNull {
      guard budget > 0, address != met, let frame = Frame(at: address, in: inferior) else { return (frames, true) }
      frames.append(frame)
      steps += 1
      budget -= 1
      if steps == stepsToNext { (met, stepsToNext) = (address, 2 * stepsToNext) }
      address = frame.previous
    }
    return (frames, false)
  }
}

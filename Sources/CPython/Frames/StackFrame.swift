package import MemoryImage

/// A frame on a data stack: it is no object, and yet it keeps what its variables hold alive. Since 3.11; before that, every
/// frame is an object.
package struct StackFrame: Sendable {
  /// Where a frame stands.
  package enum State: Sendable, Equatable {
    /// A thread is in it, whose number is that of `threading.get_ident()`.
    case running(threadID: UInt64)
    /// A thread has returned from it and gives its variables back: a destructor runs that the first of them called.
    case leaving(threadID: UInt64)
    /// No thread is in it, nor has it ended, as when a greenlet waits for its turn. The holder is the object of unknown
    /// structure that leads to it, null if there is none.
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

  /// More calls in calls than any stack holds, of all threads together: a limit for hostile dumps.
  package static let depthLimit = 1 << 20

  /// Gives what the frame refers to; the collector is not told of it.
  package func forEachReferent(
    in inferior: Inferior, _ body: (_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) -> Void
  ) {
    func give(_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) {
      if !referent.isNull { body(referent, kind, part) }
    }
    if case .leaving = state {
      give(frame.function, .held, "f_funcobj")
      give(frame.code, .held, "f_executable")
      // Some have been given back already, and which is not written down.
      frame.forEachVariable(in: inferior) { give($0, .probable, $1) }
    } else {
      frame.forEachReferent(in: inferior, .held, give)
    }
  }

  /// The frames of a thread, the innermost first, then those that it is leaving; none before 3.11. A frame that a damaged
  /// dump leads back to ends the list.
  ///
  /// - Parameter budget: how many frames may still be looked at, of all threads; what is looked at is taken from it.
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
    // Where the chain cannot be followed to its end, what it does not reach is what called the rest.
    let state: State =
      chain.isCut ? .running(threadID: thread.threadID) : .leaving(threadID: thread.threadID)
    return running.map { StackFrame($0, .running(threadID: thread.threadID)) } + others.map { StackFrame($0, state) }
  }
}

extension Frame {
  /// `FRAME_OWNED_BY_THREAD` (Include/internal/pycore_frame.h), the same in all versions that have it. Other frames of
  /// a thread belong to generators, or are no functions' but the interpreter's own.
  private static let ownedByThread: Int8 = 0

  /// Whether the frame lies on a data stack, that of a thread or of something that is suspended.
  package func isOnDataStack(in inferior: Inferior) -> Bool {
    owner == Self.ownedByThread && inferior.isObject(code, ofKind: .code)
  }

  /// The frame at `address`, what called it, and so on, with the interpreter's own frames; and whether there are more that
  /// cannot be read. A frame that a damaged dump leads back to ends the list.
  ///
  /// - Parameter budget: how many frames may still be looked at; what is looked at is taken from it.
  package static func chain(
    from address: Address, budget: inout Int, in inferior: Inferior
  ) -> (frames: [Frame], isCut: Bool) {
    var frames: [Frame] = []
    var address = address
    // A frame that was met before, replaced each time that the way has doubled, is met again in every circle (Brent).
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

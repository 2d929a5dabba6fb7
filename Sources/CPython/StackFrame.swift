package import MemoryImage

/// A frame on a thread's data stack: it is no object, and yet it keeps what its variables hold alive. Since 3.11; before
/// that, every frame is an object.
package struct StackFrame: Sendable {
  /// The address of the `_PyInterpreterFrame`.
  package let address: Address
  /// The thread that runs it, as `threading.get_ident()` says.
  package let threadID: UInt64
  package let frame: Frame

  /// `FRAME_OWNED_BY_THREAD` (Include/internal/pycore_frame.h), the same in all versions that have it. Other frames of
  /// a thread belong to generators, or are no functions' but the interpreter's own.
  private static let ownedByThread: Int8 = 0
  /// More calls in calls than any stack holds, of all threads together: a limit for hostile dumps.
  package static let depthLimit = 1 << 20

  /// Gives what the frame refers to; the collector is not told of it.
  package func forEachReferent(
    in inferior: Inferior, _ body: (_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) -> Void
  ) {
    frame.forEachReferent(in: inferior, .held) { referent, kind, part in
      if !referent.isNull { body(referent, kind, part) }
    }
  }

  /// The frames of a thread, the innermost first; none before 3.11. A frame that a damaged dump leads back to ends the
  /// list.
  ///
  /// - Parameter budget: how many frames may still be looked at, of all threads; what is looked at is taken from it.
  package static func frames(
    of thread: ThreadState, budget: inout Int, in inferior: Inferior
  ) -> [StackFrame] {
    guard inferior.layout.interpreterFrame != nil else { return [] }
    var frames: [StackFrame] = []
    var address = thread.currentFrame
    // A frame that was met before, replaced each time that the way has doubled, is met again in every circle (Brent).
    var (met, steps, stepsToNext) = (Address.null, 0, 2)
    while budget > 0 {
      guard !address.isNull, address != met, let frame = Frame(interpreterFrame: address, in: inferior) else { break }
      if frame.owner == ownedByThread, inferior.isObject(frame.code, ofKind: .code) {
        frames.append(StackFrame(address: address, threadID: thread.threadID, frame: frame))
      }
      steps += 1
      budget -= 1
      if steps == stepsToNext { (met, stepsToNext) = (address, 2 * stepsToNext) }
      address = frame.previous
    }
    return frames
  }
}

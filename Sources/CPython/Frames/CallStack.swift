import MemoryImage

/// The Python functions that a thread is in.
package struct CallStack: Sendable {
  /// The calls, the innermost first. Not among them are the interpreter's own frames, and those of functions that have
  /// not begun, as in `sys._current_frames()`.
  package let frames: [Frame]
  /// Whether the chain goes on where it could not be read. The frames behind that place are those that the thread's own
  /// stack of frames holds, and calls of generators may be missing.
  package let isCut: Bool
  /// Whether the chain is cut because it leads back to one of its frames, as in a damaged dump: each is here once.
  package let isCircle: Bool

  /// More calls in calls than any stack holds: a limit for hostile dumps.
  private static let depthLimit = 1 << 20

  /// The stack of a thread.
  ///
  /// - Parameter budget: how many frames may still be read, of this thread and of others; what is read is taken off.
  package init(of thread: ThreadState, budget: inout Int, in inferior: Inferior) {
    var chain: [Frame] = []
    var circle = CycleDetector()
    var address = thread.currentFrame
    var left = min(budget, Self.depthLimit)
    budget -= left
    defer { budget += left }
    var isCircle = false
    while !address.isNull, left > 0 {
      isCircle = circle.cut(&chain, before: address) { $0.address } != nil
      // Every frame has something to run: where there are but zeros, gcore could not read the C stack.
      guard !isCircle, let frame = Frame(at: address, in: inferior), !frame.code.isNull else { break }
      chain.append(frame)
      address = frame.previous
      left -= 1
    }
    self.isCircle = isCircle
    isCut = !address.isNull
    var frames = chain.filter { $0.isTraced(in: inferior) }
    // A generator's frame lies in the generator.
    if isCut, let last = frames.last(where: { $0.owner == Frame.ownedByThread }) {
      let known = Set(chain.lazy.map(\.address))
      let lost = DataStack(of: thread, in: inferior).frames(before: last.address, budget: &left, in: inferior)
      frames += lost.filter { $0.isTraced(in: inferior) && !known.contains($0.address) }
    }
    self.frames = frames
  }
}

extension Frame {
  /// `FRAME_OWNED_BY_THREAD`, `FRAME_OWNED_BY_GENERATOR` and the last of those that belong to functions
  /// (Include/internal/pycore_frame.h); the interpreter's own have greater numbers in all versions that have them.
  fileprivate static let ownedByThread: Int8 = 0
  private static let ownedByGenerator: Int8 = 1
  private static let ownedByFrameObject: Int8 = 2

  /// Whether tracebacks tell of the frame (`_PyFrame_IsIncomplete`).
  func isTraced(in inferior: Inferior) -> Bool {
    guard (owner ?? 0) <= Self.ownedByFrameObject, inferior.isObject(code, ofKind: .code) else { return false }
    guard owner != nil, owner != Self.ownedByGenerator, let field = inferior.layout.code.co_firsttraceable,
      let first = try? inferior.memory.load(Int32.self, at: code + field.bytes)
    else { return true }
    return instructionOffset >= 2 * Int(first)
  }
}

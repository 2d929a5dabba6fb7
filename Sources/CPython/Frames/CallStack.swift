import MemoryImage

/// The chain of Python frames that a thread is executing.
package struct CallStack: Sendable {
  /// The frames, innermost first. The interpreter's own frames are left out, and so are frames of functions that have not
  /// begun, as in `sys._current_frames()`.
  package let frames: [Frame]
  /// Whether the chain continues where it cannot be read. The frames after that place come from the thread's data stack,
  /// so frames of generators may be missing.
  package let isCut: Bool
  /// Whether the chain is cut because it loops, as in a damaged dump. Each frame is listed once.
  package let isCircle: Bool

  /// A greater depth of calls than any stack holds: a limit for hostile dumps.
  private static let depthLimit = 1 << 20

  /// The stack of a thread.
  ///
  /// - Parameter budget: number of frames that may still be read, for all threads together; reduced by the number read.
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
      // Every frame has code to run. Where there are only zeros, gcore could not read the C stack.
      guard !isCircle, let frame = Frame(at: address, in: inferior), !frame.code.isNull else { break }
      chain.append(frame)
      address = frame.previous
      left -= 1
    }
    self.isCircle = isCircle
    isCut = !address.isNull
    var frames = chain.filter { $0.isTraced(in: inferior) }
    // A generator's frame is inside the generator, not on the data stack.
    if isCut, let last = frames.last(where: { $0.owner == Frame.ownedByThread }) {
      let known = Set(chain.lazy.map(\.address))
      let lost = DataStack(of: thread, in: inferior).frames(before: last.address, budget: &left, in: inferior)
      frames += lost.filter { $0.isTraced(in: inferior) && !known.contains($0.address) }
    }
    self.frames = frames
  }
}

extension Frame {
  /// `FRAME_OWNED_BY_THREAD`, `FRAME_OWNED_BY_GENERATOR` and the last owner that is a function's
  /// (Include/internal/pycore_frame.h). The interpreter's own frames have greater numbers in all versions that have them.
  fileprivate static let ownedByThread: Int8 = 0
  private static let ownedByGenerator: Int8 = 1
  private static let ownedByFrameObject: Int8 = 2

  /// Whether tracebacks show the frame (`_PyFrame_IsIncomplete`).
  func isTraced(in inferior: Inferior) -> Bool {
    guard (owner ?? 0) <= Self.ownedByFrameObject, inferior.isObject(code, ofKind: .code) else { return false }
    guard owner != nil, owner != Self.ownedByGenerator, let field = inferior.layout.code.co_firsttraceable,
      let first = try? inferior.memory.load(Int32.self, at: code + field.bytes)
    else { return true }
    return instructionOffset >= 2 * Int(first)
  }
}

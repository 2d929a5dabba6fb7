import MemoryImage

/// The stack of its own that a thread's frames lie on, since 3.11 (`_PyThreadState_PushFrame`, Python/pystate.c): one behind
/// the other, in parts.
struct DataStack {
  /// The parts, the newest first: where the frames of each begin, and where they ended when the next part was begun.
  private let parts: [(start: Address, end: Address)]

  /// More parts than any stack has: a limit for hostile dumps.
  private static let partLimit = 1 << 16

  init(of thread: ThreadState, in inferior: Inferior) {
    var parts: [(start: Address, end: Address)] = []
    var chunk = thread.dataStack
    if let layout = inferior.layout.stackChunk {
      while !chunk.isNull, parts.count < Self.partLimit,
        let record = try? inferior.memory.record(at: chunk, size: layout.size)
      {
        let previous = record[layout.previous]
        let data = chunk + layout.data.bytes
        // The first part leaves out one word, so that no frame's end is the beginning of the part (`push_chunk`).
        parts.append((data + (previous.isNull ? 8 : 0), data + record[layout.top] &* 8))
        if previous == chunk { break }
        chunk = previous
      }
    }
    self.parts = parts
  }

  /// The frames that lie before the one at `address`, the newest first: what called it, where the chain of frames leads
  /// through a part of the C stack that is not in the dump. Frames inside of generators are not among them.
  ///
  /// - Parameter budget: how many frames may still be read in all: the parts of a hostile dump may overlap.
  func frames(before address: Address, budget: inout Int, in inferior: Inferior) -> [Frame] {
    for (number, part) in parts.enumerated() {
      guard let frames = frames(from: part.start, to: address, &budget, in: inferior) else { continue }
      return frames
        + parts[(number + 1)...].flatMap { self.frames(from: $0.start, to: $0.end, &budget, in: inferior) ?? [] }
    }
    return []
  }

  /// The frames of one part up to the one at `end`, the newest first; nil if they do not lead there.
  private func frames(
    from start: Address, to end: Address, _ budget: inout Int, in inferior: Inferior
  ) -> [Frame]? {
    guard let layout = inferior.layout.interpreterFrame else { return nil }
    var frames: [Frame] = []
    var address = start
    while address != end {
      guard budget > 0, address < end, let frame = Frame(interpreterFrame: address, in: inferior),
        inferior.isObject(frame.code, ofKind: .code), let code = try? PyCodeObject(at: frame.code, in: inferior)
      else { return nil }
      budget -= 1
      frames.append(frame)
      let slots = code.variableCount(in: inferior) &+ code.stackSize(in: inferior)
      guard slots >= 0, slots < 1 << 24 else { return nil }
      address = address + (layout.localsplus.bytes &+ slots &* 8)
    }
    return frames.reversed()
  }
}

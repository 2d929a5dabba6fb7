import MemoryImage

/// The data stack of a thread, which holds its frames since 3.11 (`_PyThreadState_PushFrame`, Python/pystate.c). It
/// consists of chunks; in each, one frame follows the other.
struct DataStack {
  /// The chunks, newest first: where the frames of each begin, and where they ended when the next chunk was begun.
  private let parts: [(start: Address, end: Address)]

  /// More chunks than any stack has: a limit for hostile dumps.
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
        // The first chunk leaves out one word, so that no frame ends where the chunk begins (`push_chunk`).
        parts.append((data + (previous.isNull ? 8 : 0), data + record[layout.top] &* 8))
        if previous == chunk { break }
        chunk = previous
      }
    }
    self.parts = parts
  }

  /// The frames below the one at `address`, newest first. They are its callers, for when the chain of frames leads
  /// through a part of the C stack that is not in the dump. Frames inside generators are not among them.
  ///
  /// - Parameter budget: number of frames that may still be read; the chunks of a hostile dump may overlap.
  func frames(before address: Address, budget: inout Int, in inferior: Inferior) -> [Frame] {
    for (number, part) in parts.enumerated() {
      guard let frames = frames(from: part.start, to: address, &budget, in: inferior) else { continue }
      return frames
        + parts[(number + 1)...].flatMap { self.frames(from: $0.start, to: $0.end, &budget, in: inferior) ?? [] }
    }
    return []
  }

  /// The frames of one chunk up to the one at `end`, newest first; nil if they do not lead there.
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

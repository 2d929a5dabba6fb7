import CPython
import MemoryImage

/// The frames of functions that have not ended and that no thread runs: those of suspended greenlets, or of any C code
/// that leaves a stack and comes back. Since 3.11; before that all frames are objects.
enum SuspendedFrames {
  /// Finds them by the frame objects that point to them: code that leaves a stack keeps one, or it could not return.
  ///
  /// In the order of their addresses, each chain of calls from its innermost frame outwards.
  ///
  /// - Throws: `Cancellation`.
  static func find(in heap: Heap) throws(Cancellation) -> [StackFrame] {
    let inferior = heap.inferior
    guard inferior.layout.interpreterFrame != nil, let threads = inferior.threadFrames else { return [] }
    let found = try frames(beside: threads, in: heap)
    guard !found.isEmpty else { return [] }
    let holders = try holders(of: found.map(\.object), in: heap)
    // The innermost frames come first: all frames of a chain may have objects.
    let called = Set(found.lazy.map(\.frame.previous))
    let ordered = found.filter { !called.contains($0.frame.address) } + found.filter { called.contains($0.frame.address) }
    var known: Set<Address> = []
    var budget = StackFrame.depthLimit
    var suspended: [StackFrame] = []
    for (object, frame) in ordered where !known.contains(frame.address) {
      let state = StackFrame.State.suspended(holder: holders[object] ?? .null)
      for frame in Frame.chain(from: frame.address, budget: &budget, in: inferior).frames {
        guard !threads.contains(frame.address), known.insert(frame.address).inserted else { break }
        if frame.isOnDataStack(in: inferior) { suspended.append(StackFrame(frame, state)) }
      }
    }
    return suspended
  }

  /// The frame objects whose frames are on data stacks, and which no thread runs.
  private static func frames(
    beside threads: ThreadFrames, in heap: Heap
  ) throws(Cancellation) -> [(object: Address, frame: Frame)] {
    let inferior = heap.inferior
    let types = inferior.types.traits.map { $0.kind == .frame }
    return try heap.mapPieces(ofTypes: types) { forEachObject in
      var found: [(object: Address, frame: Frame)] = []
      forEachObject { header in
        guard let frame = (try? PyFrameObject(header, in: inferior))?.frame, frame.isOnDataStack(in: inferior),
          frame.frameObject == header.address, !threads.contains(frame.address)
        else { return }
        found.append((header.address, frame))
      }
      return found
    }.flatMap { $0 }
  }

  /// For each of some frame objects, the first object of unknown structure, by address, that refers to it.
  private static func holders(of frames: [Address], in heap: Heap) throws(Cancellation) -> [Address: Address] {
    let inferior = heap.inferior
    let numbers = TypeAddressSet(frames.enumerated().map { ($1, UInt32($0)) })
    let types = inferior.types.walks.map { $0.unknownEnd > 0 }
    let budget = ReferenceBudget(for: heap)
    let found = try heap.mapPieces(ofTypes: types) { forEachObject in
      var found: [(frame: Address, holder: Address)] = []
      var share = ReferenceBudget.Share(budget)
      forEachObject { header in
        guard !share.isSpent else { return }
        var count = 0
        header.forEachReferent(in: inferior) { referent, kind, _ in
          count &+= 1
          if kind == .probable, numbers.number(of: referent) != nil { found.append((referent, header.address)) }
        }
        share.take(count)
      }
      share.settle()
      return found
    }.flatMap { $0 }
    return Dictionary(found.map { ($0.frame, $0.holder) }, uniquingKeysWith: { first, _ in first })
  }
}

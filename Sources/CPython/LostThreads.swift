import MemoryImage

/// Thread states that are in no interpreter's list, as where the list is damaged, found by what they look like.
package enum LostThreads {
  /// More than any damage leaves.
  private static let limit = 1 << 12

  /// Searches all memory for thread states of the known interpreters beyond those of their lists, in the order of their
  /// addresses. The search reads everything once.
  package static func find(of runtime: RuntimeState, in inferior: Inferior, threadCount: Int) -> [ThreadState] {
    let interpreters = Set(runtime.interpreters.map(\.address.rawValue))
    let known = Set(runtime.interpreters.flatMap { $0.threads.map(\.address) })
    let chunks = inferior.addressSpace.chunks()
    let found = concurrentMap(count: chunks.count, threadCount: threadCount) { index in
      threads(in: chunks[index], of: interpreters, in: inferior).filter { !known.contains($0.address) }
    }
    return Array(found.joined().prefix(limit))
  }

  private static func threads(
    in chunk: MemoryChunk, of interpreters: Set<UInt64>, in inferior: Inferior
  ) -> [ThreadState] {
    let start = Address((chunk.range.start.rawValue &+ 7) & ~7)
    let count = max(0, Int(truncatingIfNeeded: chunk.range.end.rawValue &- start.rawValue)) / 8
    guard let words = try? inferior.memory.array(of: UInt64.self, at: start, count: count),
      let least = interpreters.min(), let greatest = interpreters.max()
    else { return [] }
    var found: [ThreadState] = []
    for index in 0..<words.count where words[index] >= least && words[index] <= greatest {
      guard interpreters.contains(words[index]), found.count < limit else { continue }
      let address = start + (index &* 8 &- inferior.layout.thread.interp.bytes)
      if let thread = try? ThreadState(at: address, in: inferior), thread.isPlausible(in: inferior) { found.append(thread) }
    }
    return found
  }
}

extension ThreadState {
  /// Whether it holds together: it has an identifier, its exceptions being handled lead to the structure's own item, and
  /// one of its links is none or leads to another state. Of one that was freed both are overwritten: they are the first
  /// words, where the C library keeps what is free.
  fileprivate func isPlausible(in inferior: Inferior) -> Bool {
    guard threadID != 0, threadID < 1 << 56, address.isAligned(to: 8) else { return false }
    let layout = inferior.layout.thread
    let isLinked = [layout.prev, layout.next].contains { link in
      guard let neighbour = try? inferior.memory.load(Address.self, at: address + link.bytes) else { return false }
      return neighbour.isNull
        || (try? inferior.memory.load(Address.self, at: neighbour + layout.interp.bytes)) == interpreter
    }
    return isLinked && handledExceptionsEnd(in: inferior)
  }
}

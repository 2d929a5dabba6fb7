import MemoryImage

/// Thread states that are in no interpreter's list, as where the list is damaged or the interpreter is not found: found
/// by what they look like.
package enum UnlinkedThreadStates {
  /// More threads than any process has: a limit for hostile dumps.
  private static let limit = 1 << 16
  /// How many items of exceptions being handled are walked through for the states in one chunk: in a hostile dump many
  /// can share a long chain.
  private static let itemLimit = 1 << 18

  /// Searches all memory for thread states beyond those of the lists, in the order of their addresses: of the known
  /// interpreters, and of those that a thread which runs Python names. The search reads everything twice.
  package static func find(of runtime: RuntimeState?, in inferior: Inferior, threadCount: Int) -> [ThreadState] {
    let listed = runtime?.interpreters ?? []
    let known = Set(listed.flatMap { $0.threads.map(\.address) })
    let chunks = inferior.addressSpace.chunks()
    let named = concurrentMap(count: chunks.count, threadCount: threadCount) { running(in: chunks[$0], inferior) }
    let interpreters = Set(listed.map(\.address.rawValue)).union(named.joined().prefix(limit))
    let found = concurrentMap(count: chunks.count, threadCount: threadCount) { index in
      threads(in: chunks[index], of: interpreters, in: inferior).filter { !known.contains($0.address) }
    }
    return Array(found.joined().prefix(limit))
  }

  /// The interpreters of the thread states in a chunk that run Python.
  private static func running(in chunk: MemoryChunk, _ inferior: Inferior) -> [UInt64] {
    guard let (start, words) = words(of: chunk, in: inferior) else { return [] }
    let thread = inferior.layout.thread
    let interp = thread.interp.bytes
    let last = thread.exc_state.bytes &+ inferior.layout.errorStackItem.previous_item.bytes
    // Where the other fields are, from that of the interpreter on: what is far from a thread state needs no second look.
    let (item, ident, end) = ((thread.exc_info.bytes - interp) / 8, (thread.thread_id.bytes - interp) / 8, (last - interp) / 8)
    let (first, behind) = (max(0, -min(item, ident, end)), words.count - max(0, item, ident, end))
    var found: Set<UInt64> = []
    var itemsLeft = itemLimit
    for index in 0..<words.count where isPointer(words[index]) {
      if index >= first, index < behind {
        guard words[index + end] == 0, isPointer(words[index + item]), isPointer(words[index + ident]) else { continue }
      }
      guard found.count < limit, !found.contains(words[index]),
        let thread = try? ThreadState(at: start + (index &* 8 &- interp), in: inferior),
        thread.runsPython(in: inferior), thread.isPlausible(itemsLeft: &itemsLeft, in: inferior)
      else { continue }
      found.insert(words[index])
    }
    return found.sorted()
  }

  /// The thread states in a chunk that are of given interpreters.
  private static func threads(
    in chunk: MemoryChunk, of interpreters: Set<UInt64>, in inferior: Inferior
  ) -> [ThreadState] {
    guard let (start, words) = words(of: chunk, in: inferior), let least = interpreters.min(), let greatest = interpreters.max()
    else { return [] }
    var found: [ThreadState] = []
    var itemsLeft = itemLimit
    for index in 0..<words.count where words[index] >= least && words[index] <= greatest {
      guard interpreters.contains(words[index]), found.count < limit else { continue }
      let address = start + (index &* 8 &- inferior.layout.thread.interp.bytes)
      if let thread = try? ThreadState(at: address, in: inferior),
        thread.isPlausible(itemsLeft: &itemsLeft, in: inferior)
      {
        found.append(thread)
      }
    }
    return found
  }

  /// The words of a chunk and where the first of them lies.
  private static func words(of chunk: MemoryChunk, in inferior: Inferior) -> (start: Address, words: MemoryArray<UInt64>)? {
    let start = Address((chunk.range.start.rawValue &+ 7) & ~7)
    let count = max(0, Int(truncatingIfNeeded: chunk.range.end.rawValue &- start.rawValue)) / 8
    return (try? inferior.memory.array(of: UInt64.self, at: start, count: count)).map { (start, $0) }
  }

  /// Whether a word may be the address of something with pointers in it.
  private static func isPointer(_ word: UInt64) -> Bool { word >= 4096 && word < 1 << 56 && word & 7 == 0 }
}

extension ThreadState {
  /// Whether it is in a function.
  fileprivate func runsPython(in inferior: Inferior) -> Bool {
    Frame(at: currentFrame, in: inferior).map { inferior.isObject($0.code, ofKind: .code) } ?? false
  }

  /// Whether it holds together: it has an identifier, its exceptions being handled lead to the structure's own item, and
  /// it is linked. Of one that was freed the links are those of no one: they are the first words, where the C library
  /// keeps what is free, and it was taken from the list before. It runs nothing either.
  ///
  /// - Parameter itemsLeft: how many items of exceptions may still be walked through; those that were are taken off.
  fileprivate func isPlausible(itemsLeft: inout Int, in inferior: Inferior) -> Bool {
    guard threadID != 0, threadID < 1 << 56, address.isAligned(to: 8) else { return false }
    return (runsPython(in: inferior) ? hasLink(in: inferior) : isLinkedTo(in: inferior))
      && handledExceptionsEnd(limit: &itemsLeft, in: inferior)
  }

  /// Whether one of its links is none or leads to another state of its interpreter: damage may have taken the other.
  private func hasLink(in inferior: Inferior) -> Bool {
    [prev, next].contains { neighbour in
      neighbour.isNull
        || (try? inferior.memory.load(Address.self, at: neighbour + inferior.layout.thread.interp.bytes)) == interpreter
    }
  }

  /// Whether the state that one of its links leads to, or its interpreter, leads back to it.
  private func isLinkedTo(in inferior: Inferior) -> Bool {
    let layout = inferior.layout.thread
    return [prev + layout.next.bytes, next + layout.prev.bytes, interpreter + inferior.layout.interpreter.threads_head.bytes]
      .contains { (try? inferior.memory.load(Address.self, at: $0)) == address }
  }
}

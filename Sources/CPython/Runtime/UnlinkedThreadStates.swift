import MemoryImage
import NativeProcess

/// Thread states that are in no interpreter's list, because the list is damaged or the interpreter was not found. They
/// are recognised by their contents.
package enum UnlinkedThreadStates {
  /// More threads than any process has: a limit for hostile dumps.
  private static let limit = 1 << 16
  /// The greatest number of items of exceptions being handled that are followed for the states in one chunk. In a hostile
  /// dump many states can share a long chain.
  private static let itemLimit = 1 << 18

  /// Searches all memory for thread states that are not in the lists, in the order of their addresses. They belong to the
  /// known interpreters, or to those that a thread running Python points at. The search reads all memory twice.
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

  /// The interpreters that thread states in a chunk point at, if these run Python.
  private static func running(in chunk: MemoryChunk, _ inferior: Inferior) -> [UInt64] {
    guard let (start, words) = words(of: chunk, in: inferior) else { return [] }
    let thread = inferior.layout.thread
    let interp = thread.interp.bytes
    let last = thread.exc_state.bytes &+ inferior.layout.errorStackItem.previous_item.bytes
    // The distances of other fields from that of the interpreter. They reject most of what is not a thread state at first
    // sight.
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

  /// The thread states in a chunk that belong to the given interpreters.
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

  /// The words of a chunk and the address of the first.
  private static func words(of chunk: MemoryChunk, in inferior: Inferior) -> (start: Address, words: MemoryArray<UInt64>)? {
    let start = Address((chunk.range.start.rawValue &+ 7) & ~7)
    let count = max(0, Int(truncatingIfNeeded: chunk.range.end.rawValue &- start.rawValue)) / 8
    return (try? inferior.memory.array(of: UInt64.self, at: start, count: count)).map { (start, $0) }
  }

  /// Whether a word may be the address of something with pointers in it.
  private static func isPointer(_ word: UInt64) -> Bool { word >= 4096 && word < 1 << 56 && word & 7 == 0 }
}

extension ThreadState {
  /// Whether the thread is in a Python function.
  fileprivate func runsPython(in inferior: Inferior) -> Bool {
    Frame(at: currentFrame, in: inferior).map { inferior.isObject($0.code, ofKind: .code) } ?? false
  }

  /// Whether the thread state is consistent: it has an identifier, its exceptions being handled lead to its own item, and
  /// it is linked. The links of a freed state belong to no list: they are the first words, which the C library
  /// overwrites, and the state was unlinked before. It also runs nothing.
  ///
  /// - Parameter itemsLeft: number of items of exceptions that may still be followed; reduced by the number followed.
  fileprivate func isPlausible(itemsLeft: inout Int, in inferior: Inferior) -> Bool {
    guard threadID != 0, threadID < 1 << 56, address.isAligned(to: 8) else { return false }
    return (runsPython(in: inferior) ? hasLink(in: inferior) : isLinkedTo(in: inferior))
      && handledExceptionsEnd(limit: &itemsLeft, in: inferior)
  }

  /// Whether one of its links is null or leads to another state of its interpreter. Damage may have destroyed the other link.
  private func hasLink(in inferior: Inferior) -> Bool {
    [prev, next].contains { neighbour in
      neighbour.isNull
        || (try? inferior.memory.load(Address.self, at: neighbour + inferior.layout.thread.interp.bytes)) == interpreter
    }
  }

  /// Whether a state that it links to, or its interpreter, links back to it.
  private func isLinkedTo(in inferior: Inferior) -> Bool {
    let layout = inferior.layout.thread
    return [prev + layout.next.bytes, next + layout.prev.bytes, interpreter + inferior.layout.interpreter.threads_head.bytes]
      .contains { (try? inferior.memory.load(Address.self, at: $0)) == address }
  }
}

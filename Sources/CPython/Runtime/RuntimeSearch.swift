import MemoryImage

/// Finds `_PyRuntime` and the interpreters of a process whose types are known, without symbols or files.
///
/// It uses the debug offsets if there are any, otherwise the structure. An interpreter is where the newest thread of its
/// list points back at it, and its modules are a dict with `sys` and `builtins`. `_PyRuntime`, in static data, points at
/// the newest interpreter and at the main one. While Python ends, those dicts are removed before threads that hang. Then
/// the lists of interpreters and threads must be consistent by themselves.
package struct RuntimeSearch {
  let inferior: Inferior
  private let locator: RuntimeLocator

  /// A search in a process whose types are known. `_PyRuntime` is in the interpreter's image.
  package init(_ inferior: Inferior, locator: RuntimeLocator) {
    self.inferior = inferior
    self.locator = locator
  }

  /// The runtime; nil if nothing like an interpreter was found.
  package func runtime(debugOffsets: DebugOffsets?) -> RuntimeState? {
    if let offsets = debugOffsets, offsets.version.feature == inferior.layout.version,
      let runtime = runtime(at: offsets.address, layout: inferior.layout.interpreter, source: .debugOffsets)
    {
      return runtime
    }
    let head = inferior.layout.interpreter.threads_head
    let found = runtimeByStructure(threadsHead: head, reach: 0) ?? runtimeByLists()
    return found
      ?? ([head] + movedThreadsHeads).lazy
      .compactMap { runtimeByStructure(threadsHead: $0, reach: Self.reach) }.first
  }

  /// Other possible offsets of the list of threads, nearest to the table's first.
  private var movedThreadsHeads: [FieldOffset<Address>] {
    let table = inferior.layout.interpreter.threads_head.bytes
    return stride(from: 8, through: 64, by: 8).flatMap { [table + $0, table - $0] }.filter { $0 >= 0 }
      .map { FieldOffset($0) }
  }

  /// The runtime at `address`, if its list of interpreters begins with one and leads to the main one.
  private func runtime(at address: Address, layout: InterpreterLayout, source: RuntimeState.Source) -> RuntimeState? {
    guard let main = mainInterpreter(at: address, layout),
      let head: Address = try? inferior.memory.load(at: address + inferior.layout.runtime.interpreters_head.bytes)
    else { return nil }
    let runtime = RuntimeState(address: address, source: source, heads: [head], layout: layout, in: inferior)
    guard let found = runtime.mainInterpreter, found.address == main,
      found.moduleCount != nil || holdsTogether(found, runtime: address, layout)
    else { return nil }
    // Without the cookie of debug offsets, modules may be missing only while Python ends.
    return found.moduleCount != nil || source == .debugOffsets || runtime.finalizingThread != nil ? runtime : nil
  }

  /// Whether an interpreter without modules, as in a Python that is ending, is otherwise consistent: it points at its
  /// runtime, and its threads at each other and at their own items of exceptions.
  private func holdsTogether(_ interpreter: InterpreterState, runtime: Address, _ layout: InterpreterLayout) -> Bool {
    if let field = layout.runtime {
      guard (try? inferior.memory.load(Address.self, at: interpreter.address + field.bytes)) == runtime else { return false }
    }
    return !interpreter.isThreadListCut && !interpreter.threads.isEmpty
      && interpreter.threads.allSatisfy { $0.threadID != 0 && $0.handledExceptionsEnd(in: inferior) }
  }

  /// The main interpreter of a runtime at `address`; nil if there is none.
  private func mainInterpreter(at address: Address, _ layout: InterpreterLayout) -> Address? {
    guard let main: Address = try? inferior.memory.load(at: address + inferior.layout.runtime.interpreters_main.bytes),
      isInterpreter(main, layout)
    else { return nil }
    return main
  }
}

// MARK: - By structure

extension RuntimeSearch {
  /// A word that points at an interpreter.
  private typealias Pointer = (position: Address, interpreter: Address)

  /// A word that points at an interpreter, with the layout of that interpreter.
  private struct Hit: Sendable {
    let position: Address
    let interpreter: Address
    let layout: InterpreterLayout

    /// The distance of the fields from those of a table, in bytes.
    func distance(from table: InterpreterLayout) -> Int {
      abs(layout.modules.bytes - table.modules.bytes) + abs(layout.sysdict.bytes - table.sysdict.bytes)
        + abs(layout.builtins.bytes - table.builtins.bytes)
    }
  }

  /// - Parameter reach: distance from the table's offsets within which the interpreters' dicts are searched for, in bytes.
  private func runtimeByStructure(threadsHead: FieldOffset<Address>, reach: Int) -> RuntimeState? {
    let table = inferior.layout.interpreter
    let layout = table.with(threadsHead: threadsHead)
    // If the table's offset is wrong, there are many to try, so not all memory is searched for each.
    let hits = locator.search(in: [inferior.image], onlyThere: layout != table) { chunk in
      fitting(chunk.isStatic ? pointers(in: chunk, layout) : threads(in: chunk, layout), layout, reach: reach)
    }
    // The newest thread of an interpreter can look like an interpreter whose fields have moved. What fits the table best
    // is tried first.
    let order = hits.sorted { $0.distance(from: layout) < $1.distance(from: layout) }
    guard let nearest = order.first else { return nil }
    let head = inferior.layout.runtime.interpreters_head.bytes
    var remaining = Self.candidateLimit
    for hit in order {
      let named: Address? = hit.layout.runtime.flatMap { try? inferior.memory.load(at: hit.interpreter + $0.bytes) }
      for address in [named, hit.position - head] {
        guard let address, mainInterpreter(at: address, hit.layout) != nil else { continue }
        if let runtime = runtime(at: address, layout: hit.layout, source: .structure) { return runtime }
        remaining -= 1
      }
      if remaining < 0 { break }
    }
    // Without the list, each interpreter is searched for by its threads, in all memory.
    let fitted = nearest.layout
    let everywhere = locator.searchAll { chunk in fitting(threads(in: chunk, fitted), fitted, reach: reach) }
    let heads = (order + everywhere).filter { $0.layout == fitted }.map(\.interpreter)
    return RuntimeState(address: nil, source: .structure, heads: heads, layout: fitted, in: inferior)
  }

  /// The runtime whose interpreters are recognised by their list and their threads alone, as their dicts are gone while
  /// Python ends.
  private func runtimeByLists() -> RuntimeState? {
    let layout = inferior.layout.interpreter
    let found = locator.search(in: [inferior.image], onlyThere: true) { chunk in
      chunk.isStatic ? Array(pointers(in: chunk, layout).prefix(Self.candidateLimit)) : []
    }
    let head = inferior.layout.runtime.interpreters_head.bytes
    return found.prefix(Self.candidateLimit).lazy
      .compactMap { runtime(at: $0.position - head, layout: layout, source: .structure) }.first
  }

  /// The hits whose interpreter has modules.
  private func fitting(_ pointers: [Pointer], _ layout: InterpreterLayout, reach: Int) -> [Hit] {
    // Many words point at one interpreter; each interpreter is examined once.
    var fits: [Address: InterpreterLayout?] = [:]
    return pointers.compactMap { pointer in
      guard let fit = fits[pointer.interpreter] ?? nextFit(layout, pointer.interpreter, reach: reach, after: fits.count) else {
        return nil
      }
      fits[pointer.interpreter] = .some(fit)
      return fit.map { Hit(position: pointer.position, interpreter: pointer.interpreter, layout: $0) }
    }
  }

  /// The greatest number of candidates for an interpreter that are examined in one chunk. A hostile dump may have more.
  private static let candidateLimit = 256
  /// The number of candidates for which moved fields are searched for.
  private static let movedLimit = 32

  /// The layout of an interpreter, if it is one. `count` candidates were examined before. The inner nil means that it is
  /// none, the outer one that there are too many.
  private func nextFit(
    _ layout: InterpreterLayout, _ address: Address, reach: Int, after count: Int
  ) -> InterpreterLayout?? {
    guard count < Self.candidateLimit else { return nil }
    return .some(fitted(layout, address, reach: count < Self.movedLimit ? reach : 0))
  }

  /// The words in a chunk of static data that point at a candidate for an interpreter.
  private func pointers(in chunk: MemoryChunk, _ layout: InterpreterLayout) -> [Pointer] {
    let (head, interp) = (layout.threads_head.bytes, inferior.layout.thread.interp.bytes)
    return chunk.pointersThatLeadBack(link: head, back: interp, in: inferior.memory.segments).compactMap { position in
      guard let address: Address = try? inferior.memory.load(at: position), isInterpreter(address, layout) else { return nil }
      return (position, address)
    }
  }

  /// The newest threads of the interpreters in a chunk of any memory. Other memory is read only for words that fit: there
  /// is no newer thread, and the older one and the interpreter may be pointers.
  private func threads(in chunk: MemoryChunk, _ layout: InterpreterLayout) -> [Pointer] {
    let thread = inferior.layout.thread
    let start = Address((chunk.range.start.rawValue &+ 7) & ~7)
    let count = max(0, Int(truncatingIfNeeded: chunk.range.end.rawValue &- start.rawValue)) / 8
    let (prev, next, interp) = (thread.prev.bytes / 8, thread.next.bytes / 8, thread.interp.bytes / 8)
    guard let words = try? inferior.memory.array(of: UInt64.self, at: start, count: count),
      max(prev, next, interp) < count
    else { return [] }
    var hits: [Pointer] = []
    for index in 0..<(words.count - max(prev, next, interp)) where words[index + prev] == 0 {
      let interpreter = words[index + interp]
      guard interpreter > 4096, (interpreter | words[index + next]) & 7 == 0 else { continue }
      let address = Address(interpreter)
      let head: Address? = try? inferior.memory.load(at: address + layout.threads_head.bytes)
      if head == start + index * 8, isInterpreter(address, layout) {
        hits.append((start + (index + interp) * 8, address))
      }
    }
    return hits
  }

  /// Whether the newest thread of a candidate for an interpreter points back at it.
  private func isInterpreter(_ address: Address, _ layout: InterpreterLayout) -> Bool {
    let thread = inferior.layout.thread
    guard address.rawValue > 4096, address.isAligned(to: 8),
      let head: Address = try? inferior.memory.load(at: address + layout.threads_head.bytes),
      head.rawValue > 4096, head.isAligned(to: 8),
      let interpreter: Address = try? inferior.memory.load(at: head + thread.interp.bytes), interpreter == address,
      let prev: Address = try? inferior.memory.load(at: head + thread.prev.bytes), prev.isNull,
      let id: Int = try? inferior.memory.load(at: address + layout.id.bytes)
    else { return false }
    return (0...Int(Int32.max)).contains(id)
  }
}

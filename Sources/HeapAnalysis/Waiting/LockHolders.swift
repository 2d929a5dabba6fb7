import CPython
import MemoryImage

/// Finds what holds the locks that threads or tasks wait for: by the lock's own record, else by the functions that are
/// in its blocks. For a lock without a known holder it gives the reason.
struct LockHolders {
  private let threads: [(thread: PythonThread, stack: CallStack)]
  private let tasks: AsyncTaskGraph
  private let heap: Heap
  private let runtime: RuntimeState?
  private let awaitables: Awaitables
  private var held: HeldLocks
  private var functions = LibraryFunctions()
  /// What may hold a lock, by the lock's node.
  private var claims: [Int: [Claim]] = [:]
  /// The locks that a thread or task has taken by a call and now waits for.
  private var signals: [(lock: Address, waiting: WaitGraph.Node)] = []
  /// The numbers of the living threads, by their identifiers.
  private let owners: [UInt64: Int]
  /// Found when they are first needed, as it takes a pass over all objects: suspended generators by the locks they
  /// hold, and what is left of threads that are not alive.
  private var generators: [Address: Address]?
  private var lostThreads: EndedThreads?

  private struct Claim {
    let holder: WaitGraph.Node
    let isShared: Bool
    let evidence: HeldLocks.Evidence
  }

  init(
    threads: [(thread: PythonThread, stack: CallStack)], tasks: AsyncTaskGraph, of runtime: RuntimeState?, in heap: Heap
  ) {
    (self.threads, self.tasks, self.runtime, self.heap) = (threads, tasks, runtime, heap)
    owners = Dictionary(
      threads.enumerated().map { ($1.thread.state.threadID, $0) }, uniquingKeysWith: { first, _ in first })
    awaitables = Awaitables(heap.inferior)
    held = HeldLocks(heap.inferior, awaitables)
  }

  private var inferior: Inferior { heap.inferior }
  private var index: ObjectIndex { heap.index }

  /// Adds the holders of the locks among the nodes of a graph, and the locks that have no known holder.
  ///
  /// - Throws: `Cancellation`.
  mutating func add(to graph: inout WaitGraph) throws(Cancellation) {
    var wanted: [(address: Address, node: Int)] = []
    for (number, node) in graph.nodes.enumerated() {
      if case .object(let address) = node { wanted.append((address, number)) }
    }
    guard !wanted.isEmpty else { return }
    let numbers = Dictionary(wanted.map { ($0.address, $0.node) }, uniquingKeysWith: { first, _ in first })
    claimBlocks(numbers)
    let records = wanted.map { LockRecord(at: $0.address, in: inferior) }
    let hasOpen = zip(wanted, records).contains { entry, record in
      record.map { $0.isLocked && !$0.isOwnerRecorded && claims[entry.node] == nil } ?? false
    }
    var waiting: [Int: [Int]] = [:]
    var waited: [WaitGraph.Node: Set<Address>] = [:]
    for number in graph.nodes.indices {
      for edge in graph.edges[number] where edge.kind == .waits {
        waiting[edge.to, default: []].append(number)
        if case .object(let address) = graph.nodes[edge.to] { waited[graph.nodes[number], default: []].insert(address) }
      }
    }
    // Only where nothing else shows a holder, as all variables must be read.
    if hasOpen {
      claimValues(numbers, waited)
      try claimPrivate(numbers)
    }
    for ((address, node), record) in zip(wanted, records) {
      let reason = settle(address, node, record, &graph)
      if let reason, let waiting = waiting[node] {
        graph.holderless.append(.init(node: node, waiting: waiting, reason: reason))
      }
    }
  }

  // MARK: - Possible holders

  private mutating func claim(_ held: [HeldLocks.Held], by holder: WaitGraph.Node, _ wanted: [Address: Int]) {
    for entry in held {
      guard let node = wanted[entry.object] else { continue }
      claims[node, default: []].append(Claim(holder: holder, isShared: entry.isShared, evidence: entry.evidence))
    }
  }

  /// Claims what threads and tasks hold by the `with` blocks that their functions are in.
  private mutating func claimBlocks(_ wanted: [Address: Int]) {
    for (number, (_, stack)) in threads.enumerated() {
      // A thread that waits for a condition has released its lock, which functions further out had taken.
      var given = Set<Address>()
      for frame in stack.frames {
        if let condition = condition(waitedForBy: frame) { given.formUnion(condition) }
        for manager in frame.enteredManagers(in: inferior) {
          let kept = held.held(by: manager).filter { !given.contains($0.object) }
          claim(kept, by: .thread(number), wanted)
        }
      }
    }
    for number in tasks.nodes.indices {
      for manager in tasks.managers[number] { claim(held.held(by: manager), by: .future(number), wanted) }
    }
  }

  /// The condition for which a frame of `threading.Condition.wait` waits, and its lock.
  private mutating func condition(waitedForBy frame: Frame) -> [Address]? {
    let name = functions.name(of: frame, in: inferior)
    guard name.module == "threading", name.function == "wait", frame.local("waiter", in: inferior) != nil,
      let condition = frame.local("self", in: inferior), let lock = inferior.attributes(of: condition)["_lock"]
    else { return nil }
    return [condition, lock]
  }

  /// Claims what threads and tasks hold by calls of `acquire`, or by generators and the like that are in the block of
  /// something. `waited` are the locks that each waits for.
  private mutating func claimValues(_ wanted: [Address: Int], _ waited: [WaitGraph.Node: Set<Address>]) {
    for (number, (_, stack)) in threads.enumerated() {
      for frame in stack.frames { claimValues(of: frame, by: .thread(number), wanted, waited) }
    }
    var chains = AwaitChains(inferior, awaitables)
    for (number, node) in tasks.nodes.enumerated() where !node.future.coroutine.isNull {
      for link in chains.chain(from: node.future.coroutine)?.links ?? [] {
        if let frame = link.frame { claimValues(of: frame, by: .future(number), wanted, waited) }
      }
    }
  }

  private mutating func claimValues(
    of frame: Frame, by holder: WaitGraph.Node, _ wanted: [Address: Int], _ waited: [WaitGraph.Node: Set<Address>]
  ) {
    let called = held.held(byCallsOf: frame, whichWaitsFor: waited[holder] ?? [])
    claim(called.held + held.held(byValuesOf: frame), by: holder, wanted)
    signals += called.signals.map { ($0, holder) }
  }

  /// Claims, for whoever took it and waits for it again, a lock that no other can release.
  private mutating func claimPrivate(_ wanted: [Address: Int]) throws(Cancellation) {
    let open = signals.filter { signal in wanted[signal.lock].map { claims[$0] == nil } ?? false }
    guard !open.isEmpty else { return }
    let roots = try ReferenceRoot.all(of: runtime, in: heap)
    let locks = try PrivateLocks(open.map(\.lock), roots: roots, in: heap)
    for (lock, waiting) in open where locks.isPrivate(lock, to: ownReferrers(of: waiting)) {
      claim([HeldLocks.Held(object: lock, isShared: false, evidence: .code)], by: waiting, wanted)
    }
  }

  /// What refers to objects on behalf of a thread or task alone: its frames, its coroutines, and the methods that its
  /// functions call to take a lock.
  private func ownReferrers(of holder: WaitGraph.Node) -> Set<Address> {
    var own = Set<Address>()
    var frames: [Frame] = []
    switch holder {
    case .thread(let number): frames = threads[number].stack.frames
    case .future(let number):
      var chains = AwaitChains(inferior, awaitables)
      let links = chains.chain(from: tasks.nodes[number].future.coroutine)?.links ?? []
      own.formUnion(links.map(\.object))
      frames = links.compactMap(\.frame)
    case .object, .child: break
    }
    for frame in frames {
      own.insert(frame.address)
      for value in frame.evaluationStack(in: inferior).values where isAcquire(value) { own.insert(value) }
    }
    return own
  }

  private func isAcquire(_ value: Address) -> Bool {
    guard let header = inferior.object(at: value), header.type.kind == .builtinFunction,
      let name = (try? PyCFunctionObject(header, in: inferior))?.name(in: inferior)
    else { return false }
    return name == "acquire" || name == "__enter__"
  }

  // MARK: - Actual holders

  /// Adds the holder of a lock; returns the reason if it has none.
  private mutating func settle(
    _ address: Address, _ node: Int, _ record: LockRecord?, _ graph: inout WaitGraph
  ) -> WaitGraph.Holderless.Reason? {
    if let record, !record.isLocked { return nil }
    if let record, record.isOwnerRecorded { return addOwners(node, record, to: &graph) }
    let found = claims[node] ?? []
    let best = found.map(\.evidence).min()
    var holders: [Claim] = []
    for claim in found where claim.isShared || claim.evidence == best {
      if !holders.contains(where: { $0.holder == claim.holder }) { holders.append(claim) }
    }
    if record?.isShared == false, holders.count > 1 {
      return .ambiguous(holders.map { graph.number(of: $0.holder) })
    }
    for claim in holders {
      graph.add(from: node, to: graph.number(of: claim.holder), .held, isInferred: true, needsOne: claim.isShared)
    }
    guard holders.isEmpty, let record, !record.isShared else { return nil }
    if let generator = generator(holding: address) { return .generator(generator) }
    return record.isOfProcesses ? .otherProcess : .unknown
  }

  /// Adds the thread or the tasks that a lock records as its holders.
  private mutating func addOwners(
    _ node: Int, _ record: LockRecord, to graph: inout WaitGraph
  ) -> WaitGraph.Holderless.Reason? {
    for task in record.tasks {
      guard let number = tasks.number(of: task) else { continue }
      graph.add(from: node, to: graph.number(of: .future(number)), .held, needsOne: record.isShared)
    }
    guard let owner = record.owner else {
      guard graph.edges.isEmpty(node), !record.isShared else { return nil }
      return record.isOfProcesses ? .otherProcess : .unknown
    }
    if let number = owners[owner] {
      graph.add(from: node, to: graph.number(of: .thread(number)), .held)
      return nil
    }
    let lost = lostThreads ?? EndedThreads(index, in: inferior)
    lostThreads = lost
    let thread = lost.threads[owner]
    let who = WaitGraph.LostOwner(ident: owner, name: thread?.name)
    return thread?.isOfParent == true ? .forked(who) : .ended(who)
  }

  /// A suspended generator that is in the block of a lock, wherever the generator is kept.
  private mutating func generator(holding lock: Address) -> Address? {
    if let generators { return generators[lock] }
    let types = inferior.types.types.filter { [.generator, .coroutine, .asyncGenerator].contains($0.traits.kind) }
    var found: [Address: Address] = [:]
    index.forEachObject(ofTypes: Set(types.map { Int($0.traits.number) })) { header in
      for entry in held.held(by: header.address) where found[entry.object] == nil { found[entry.object] = header.address }
      return true
    }
    generators = found
    return found[lock]
  }
}

/// Threads that are not alive, by their `threading.Thread`, which may outlive them.
private struct EndedThreads {
  /// The last thread of each identifier.
  let threads: [UInt64: (name: String?, isOfParent: Bool)]

  init(_ index: ObjectIndex, in inferior: Inferior) {
    let types = inferior.types.types.filter { LibraryClass(of: $0, in: inferior) == .thread }
    var found: [UInt64: (name: String?, isOfParent: Bool)] = [:]
    index.forEachObject(ofTypes: Set(types.map { Int($0.traits.number) })) { header in
      let attributes = inferior.attributes(of: header.address)
      if let ident = attributes["_ident"].flatMap({ inferior.integer(at: $0) }) {
        // `Thread.run` deletes its target once it has run; a thread that a fork left out never got there.
        found[UInt64(bitPattern: Int64(ident))] = (
          attributes["_name"].flatMap { inferior.string(at: $0) }, attributes["_target"] != nil
        )
      }
      return found.count < 1 << 20
    }
    threads = found
  }
}

import CPython
import MemoryImage

/// The futures and tasks in one piece of the index, read on one thread with caches of its own.
struct AsyncPiece: Sendable {
  /// Those that are not done, in the order of their addresses, and the addresses of those that are.
  private(set) var nodes: [AsyncTaskGraph.Node] = []
  private(set) var done: [Address] = []
  /// The context managers in whose `async with` and `with` blocks a task's functions are, each once.
  private(set) var managers: [(task: Address, manager: Address)] = []
  /// What waits for a future, by the future's callbacks; a task also records what it waits for.
  private(set) var callers: [(waiting: Address, future: Address)] = []
  /// Where tasks of the piece are suspended: `Node.standing` are places here.
  private(set) var standings: [SuspensionPoint] = []
}

extension AsyncPiece {
  fileprivate mutating func append(_ node: AsyncTaskGraph.Node) { nodes.append(node) }

  fileprivate mutating func append(done future: Address) { done.append(future) }

  fileprivate mutating func append(manager: Address, of task: Address) { managers.append((task, manager)) }

  fileprivate mutating func append(caller waiting: Address, of future: Address) { callers.append((waiting, future)) }

  fileprivate mutating func append(_ standing: SuspensionPoint) -> Int {
    standings.append(standing)
    return standings.count - 1
  }
}

/// Reads futures and tasks, and caches their functions, callbacks and suspension points.
struct AsyncPieceReader {
  private var chains: AwaitChains
  private var callbacks = FutureCallbacks()
  private var chain = AwaitChain()
  private var standings: [[CodeTexts.Place]: Int] = [:]
  /// Neighbours are mostly suspended at the same places.
  private var last: (standing: SuspensionPoint, number: Int)?
  private var share: ReferenceBudget.Share

  init(_ inferior: Inferior, _ awaitables: Awaitables, _ budget: ReferenceBudget) {
    chains = AwaitChains(inferior, awaitables)
    share = ReferenceBudget.Share(budget)
  }

  /// Ends the reading.
  mutating func end() { share.settle() }

  /// Reads a task or future; one that is done is read in full only if `isLate`.
  mutating func read(_ header: ObjectHeader, isLate: Bool = false, in inferior: Inferior, into piece: inout AsyncPiece) {
    guard !share.isSpent, let future = AsyncFuture(header, in: inferior) else { return }
    guard future.state == .pending || isLate else { return piece.append(done: future.address) }
    callbacks.forEachWaiting(for: header, &share, in: inferior) { piece.append(caller: $0, of: future.address) }
    guard !future.coroutine.isNull, chains.read(from: future.coroutine, into: &chain) else {
      return piece.append(.init(future))
    }
    // In a hostile dump many chains can share a long end.
    share.take(chain.links.count)
    let number = number(in: inferior, &piece)
    guard let standing = last?.standing else { return }
    for manager in standing.managers(of: chain, in: inferior) { piece.append(manager: manager, of: future.address) }
    piece.append(
      .init(
        future, standing: number, synchronizer: standing.synchronizer(of: chain, in: inferior),
        waitsForFirst: standing.waitsForFirst(chain, in: inferior)))
  }

  /// The number of the chain's suspension point, which becomes the last.
  private mutating func number(in inferior: Inferior, _ piece: inout AsyncPiece) -> Int {
    let places = chain.links.lazy.compactMap { $0.frame.map { CodeTexts.Place($0) } }
    if let last, last.standing.places.elementsEqual(places) { return last.number }
    let known = standings[Array(places)]
    let number = known ?? piece.append(SuspensionPoint(of: chain, &chains.functions, in: inferior))
    if known == nil { standings[piece.standings[number].places] = number }
    last = (piece.standings[number], number)
    return number
  }
}

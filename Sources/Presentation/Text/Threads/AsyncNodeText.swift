package import CPython
package import HeapAnalysis
package import MemoryImage

/// Describes a node of the graph of tasks on one line.
package struct AsyncNodeText {
  private let inferior: Inferior
  private let printer: ObjectPrinter
  private var formatter: FrameFormatter
  private var chains: AwaitChains
  /// The links that were written for an earlier node, where whole chains are written.
  private var shared = SharedLinks()

  package init(_ inferior: Inferior) {
    self.inferior = inferior
    var options = PrintingOptions()
    options.short = true
    printer = ObjectPrinter(inferior, options: options)
    formatter = FrameFormatter(inferior)
    chains = AwaitChains(inferior, Awaitables(inferior))
  }

  /// `<async task pending name='Task-3' coro=<coroutine 'main' suspended @ 'app.py':50>@ADDRESS>@ADDRESS`, without what it
  /// awaits inside.
  package func node(_ node: AsyncTaskGraph.Node) -> String {
    line(of: node.future)
  }

  /// The same for a task or future that nothing waits for, such as a done one.
  package func line(of future: AsyncFuture) -> String {
    var words = ["async", kind(of: future), future.state.rawValue]
    if future.isConcurrent { words[0] = "concurrent" }
    if let name = name(of: future) { words.append("name=\(name)") }
    if !future.coroutine.isNull { words.append("coro=\(printer.text(of: future.coroutine))") }
    return "<\(words.joined(separator: " "))>@\(future.address)"
  }

  /// The node, then the functions that its coroutine awaits inside, then the lock or queue they wait for.
  package mutating func line(_ node: AsyncTaskGraph.Node) -> String {
    var text = self.node(node)
    if let chain = ownChain(of: node) {
      for frame in chain.links.dropFirst().compactMap(\.frame) { text += " > " + formatter.place(of: frame) }
      if let shared = chain.shared { text += " > ...<\(shared.count) calls as in that of the coroutine @\(shared.object)>" }
    }
    if let object = node.synchronizer { text += " on \(name(of: object))" }
    return text
  }

  /// The name of a task in quotes, as `get_name()` returns it.
  package func name(of future: AsyncFuture) -> String? {
    plainName(of: future).map { PythonText.quoted($0) }
  }

  /// The name of a task.
  package func plainName(of future: AsyncFuture) -> String? {
    let name = future.name(in: inferior)
    if let number = inferior.integer(at: name) { return "Task-\(number)" }
    return inferior.shownString(at: name)
  }

  /// `Semaphore @ ADDRESS`.
  package func name(of object: Address) -> String {
    "\(PythonText.escaped(inferior.typeName(of: object) ?? "object")) @ \(object)"
  }

  /// A lock, queue or the like on one line: `<Semaphore value=0 waiters=3>@ADDRESS`. Of its containers only the lengths
  /// are shown.
  package func blocking(_ object: Address) -> String {
    var words = [PythonText.escaped(inferior.typeName(of: object) ?? "object")]
    for (name, value) in inferior.attributes(of: object, limit: 32).sorted(by: { $0.key < $1.key }) {
      let name = PythonText.escaped(String(name.drop { $0 == "_" }))
      switch inferior.object(at: value)?.type.kind {
      case .bool, .int, .str, .none?: words.append("\(name)=\(inferior.briefText(of: value) ?? "?")")
      case .list, .set, .deque: words.append("\(name)=\(inferior.itemCount(of: value))")
      default: continue
      }
    }
    return "<\(words.joined(separator: " "))>@\(object)"
  }

  /// The chain that a task's coroutine begins, without the links that were written for another task.
  private mutating func ownChain(of node: AsyncTaskGraph.Node) -> AwaitChain? {
    guard var chain = chains.chain(from: node.future.coroutine) else { return nil }
    shared.cut(&chain)
    return chain
  }

  /// The frames of a task, the innermost first; and those before them that were already written for another task.
  package mutating func ownFrames(of node: AsyncTaskGraph.Node) -> (frames: [FrameEntry], shared: SharedFrames?) {
    guard let chain = ownChain(of: node) else { return ([], nil) }
    return (chain.links.reversed().compactMap(\.frame).map { formatter.entry(of: $0) }, chain.shared.map { SharedFrames($0) })
  }

  /// The frames of a task, the innermost first.
  package mutating func frames(of node: AsyncTaskGraph.Node) -> [FrameEntry] {
    let links = chains.chain(from: node.future.coroutine)?.links ?? []
    return links.reversed().compactMap(\.frame).map { formatter.entry(of: $0) }
  }

  /// Where a task waits: its innermost function outside of asyncio and anyio, else the innermost one.
  package mutating func waitingPlace(of node: AsyncTaskGraph.Node) -> FrameEntry? {
    let frames = frames(of: node)
    return frames.first { !$0.file.contains("/asyncio/") && !$0.file.contains("/anyio/") } ?? frames.first
  }

  /// `task` and `future` for the types of asyncio itself, the name for their subclasses.
  package func kind(of future: AsyncFuture) -> String {
    switch inferior.typeName(of: future.address) {
    case "Task" where future.isTask: "task"
    case "Future": "future"
    case let name: PythonText.escaped(name ?? "future")
    }
  }
}

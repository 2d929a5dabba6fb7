package import CPython
package import MemoryImage

/// The exceptions of a process: being raised, being handled, the results of tasks and futures, kept in variables of
/// functions, and kept anywhere else.
package struct ExceptionList: Sendable {
  /// What has an exception, and how.
  package enum Holder: Sendable {
    /// A thread is raising it.
    case raising(PythonThread)
    /// A thread handles it, in an `except` or `finally` block that has not ended.
    case handling(PythonThread)
    /// A suspended generator or coroutine handles it.
    case suspended(Address)
    /// A task or future ended with it.
    case future(AsyncFuture)
    /// A variable of a function that has not ended.
    case variable(String, Frame)
  }

  /// One exception.
  package struct Entry: Sendable {
    package let exception: PyBaseExceptionObject
    /// What has it; empty for one that is only a cause or context of another, or is kept elsewhere.
    package fileprivate(set) var holders: [Holder] = []
  }

  /// The exceptions with their holders: first those that threads raise or handle, then the results of tasks and
  /// futures, then those in variables, then all others. Each is followed by its causes and contexts.
  package private(set) var entries: [Entry] = []
  private var numbers: [Address: Int] = [:]

  /// - Parameters:
  ///   - stacks: the threads with their stacks.
  ///   - chains: the suspended generators and coroutines.
  ///   - live: all exceptions and futures, if they were searched for.
  package init(
    stacks: [(thread: PythonThread, stack: CallStack)], chains: [AwaitChain], live: LiveExceptions? = nil,
    in inferior: Inferior
  ) {
    for (thread, stack) in stacks {
      add(thread.state.currentException, .raising(thread), in: inferior)
      for exception in Self.handled(by: thread.state, stack, in: inferior) {
        add(exception, .handling(thread), in: inferior)
      }
    }
    for (future, exception) in live?.results ?? [] { add(exception, .future(future), in: inferior) }
    for frame in stacks.flatMap(\.stack.frames) { addVariables(of: frame, in: inferior) }
    for chain in chains {
      for link in chain.links {
        guard let frame = link.frame else { continue }
        let own = AwaitChain.generator(at: link.object, in: inferior)?.handledException(in: inferior)
        for exception in [own].compactMap({ $0 }) + frame.keptExceptions(in: inferior) {
          add(exception, .suspended(link.object), in: inferior)
        }
        addVariables(of: frame, in: inferior)
      }
    }
    for exception in live?.exceptions ?? [] { _ = number(of: exception, in: inferior) }
  }

  /// The exceptions that a thread is handling, the innermost first; then those that its functions keep until the
  /// innermost has been handled.
  package static func handled(by thread: ThreadState, _ stack: CallStack, in inferior: Inferior) -> [Address] {
    var seen = Set<Address>()
    let kept = stack.frames.flatMap { $0.keptExceptions(in: inferior) }
    return (thread.handledExceptions(in: inferior) + kept).filter { seen.insert($0).inserted }
  }

  private mutating func addVariables(of frame: Frame, in inferior: Inferior) {
    for (name, value) in frame.locals(in: inferior) { add(value, .variable(name, frame), in: inferior) }
  }

  private mutating func add(_ address: Address, _ holder: Holder, in inferior: Inferior) {
    guard let number = number(of: address, in: inferior) else { return }
    entries[number].holders.append(holder)
  }

  /// The number of an exception, which is added with its causes and contexts if it is new; nil if it is none.
  private mutating func number(of address: Address, in inferior: Inferior) -> Int? {
    if let number = numbers[address] { return number }
    var open = [address]
    while let next = open.popLast() {
      guard numbers[next] == nil, let exception = PyBaseExceptionObject(at: next, in: inferior) else { continue }
      numbers[next] = entries.count
      entries.append(Entry(exception: exception))
      open += [exception.context, exception.cause]
    }
    return numbers[address]
  }
}

extension Frame {
  /// The exceptions saved on the evaluation stack until another one has been handled: the innermost first.
  fileprivate func keptExceptions(in inferior: Inferior) -> [Address] {
    keptValues(in: inferior).filter { inferior.object(at: $0)?.type.flags.contains(.baseExceptionSubclass) ?? false }
  }

  /// What certainly is on the evaluation stack, the innermost first.
  package func keptValues(in inferior: Inferior) -> [Address] {
    let (values, certain) = evaluationStack(in: inferior)
    return values.prefix(certain).reversed()
  }
}

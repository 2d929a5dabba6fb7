import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// Writes stacks as tracebacks, the most recent call first.
struct StackWriter {
  var formatter: FrameFormatter
  let output: CommandOutput
  /// Whether each stack is written, even where several are the same.
  let showsEachStack: Bool
  private let printer: ObjectPrinter

  private static let title = "Traceback (most recent call FIRST):"

  init(formatter: FrameFormatter, output: CommandOutput, showsEachStack: Bool) {
    self.formatter = formatter
    self.output = output
    self.showsEachStack = showsEachStack
    var options = PrintingOptions()
    options.short = true
    printer = ObjectPrinter(formatter.inferior, options: options)
  }

  /// Writes the stacks of threads; equal ones once.
  mutating func write(_ threads: [(thread: PythonThread, stack: CallStack)]) throws(OutputProblem) {
    for group in StackGroups(threads, apart: showsEachStack, frames: { $0.stack.frames }).groups {
      if group.count > 1 { try output.writeLine("\(group.count) threads at the same place:") }
      for (thread, _) in group { try output.writeLine(ThreadEntry(thread).line) }
      try writeFrames(group[0].stack.frames)
      if let end = Self.end(of: group[0].stack) { try output.writeLine("  ...<\(end)>") }
      try output.writeLine("")
    }
  }

  /// Writes the stacks of what is suspended; equal ones once.
  mutating func write(_ chains: [(chain: AwaitChain, outlook: AwaitChain.Outlook)]) throws(OutputProblem) {
    let groups = StackGroups(
      chains, apart: showsEachStack, frames: { $0.chain.links.compactMap(\.frame) }, shared: { $0.chain.shared }
    ).groups
    // The first of each group, for stacks that refer to one that is not written.
    var first: [Address: Address] = [:]
    for group in groups {
      for (chain, _) in group { first[chain.links[0].object] = group[0].chain.links[0].object }
    }
    for group in groups {
      if group.count > 1 { try output.write("\(group.count) at the same place, the first: ") }
      let (chain, outlook) = group[0]
      try output.writeLine(printer.text(of: chain.links[0].object))
      if let awaited = chain.awaited {
        try output.writeLine("  awaits \(printer.text(of: awaited))")
      } else if outlook == .eventLoop {
        try output.writeLine("  waits until its event loop goes on with it: what for, only that knows")
      }
      try writeFrames(
        chain.links.reversed().compactMap(\.frame),
        after: chain.shared.map { "\($0.count) calls as in the stack of @\(first[$0.object] ?? $0.object)" })
      try output.writeLine("")
    }
  }

  /// Why a stack's frames are incomplete; nil if they are complete.
  private static func end(of stack: CallStack) -> String? {
    guard stack.isCut else { return nil }
    return stack.isCircle
      ? "the last one was called by one of these, as it seems: the dump is damaged"
      : "a part of the C stack is not in the dump: generators may be missing"
  }

  /// - Parameter shared: words for the calls that come before, which were written elsewhere.
  private mutating func writeFrames(_ frames: [Frame], after shared: String? = nil) throws(OutputProblem) {
    try output.writeLine(frames.isEmpty && shared == nil ? "no Python function" : Self.title)
    if let shared { try output.writeLine("  ...<\(shared)>") }
    for frame in frames { for line in formatter.lines(of: frame) { try output.writeLine(line) } }
  }
}

extension StackWriter {
  /// Writes all of it as JSON.
  ///
  /// - Parameters:
  ///   - suspended: nil where only threads were asked for.
  ///   - leftOut: the numbers of those left out, by their outlook.
  mutating func writeJSON(
    threads: [(thread: PythonThread, stack: CallStack)],
    suspended: [(chain: AwaitChain, outlook: AwaitChain.Outlook)]?, leftOut: [AwaitChain.Outlook: Int]?, of session: Session
  ) throws {
    let stacks = threads.map { thread, stack in
      ThreadStack(
        thread: ThreadEntry(thread), frames: stack.frames.map { formatter.entry(of: $0) }, isCut: stack.isCut)
    }
    let chains = suspended?.map { chain, outlook in
      Suspended(
        address: chain.links[0].object.description, type: formatter.inferior.typeName(of: chain.links[0].object) ?? "?",
        state: chain.links[0].state.rawValue, frames: chain.links.reversed().compactMap(\.frame).map { formatter.entry(of: $0) },
        sharedFrames: chain.shared.map { .init($0) }, outlook: outlook.rawValue,
        awaits: chain.awaited.map { .init(address: $0.description, repr: printer.text(of: $0)) })
    }
    let counts = leftOut.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.key.rawValue, $0.value) }) }
    try session.writeJSON(Answer(threads: stacks, suspended: chains, leftOut: counts), to: output)
  }

  private struct Answer: Encodable {
    let threads: [ThreadStack]
    /// Absent where only threads were asked for.
    let suspended: [Suspended]?
    /// The numbers of those left out, by their outlook; absent in the same case.
    let leftOut: [String: Int]?
  }

  private struct ThreadStack: Encodable {
    let thread: ThreadEntry
    let frames: [FrameEntry]
    let isCut: Bool

    func encode(to encoder: any Encoder) throws {
      try thread.encode(to: encoder)
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(frames, forKey: .frames)
      try container.encode(isCut, forKey: .isCut)
    }

    private enum Keys: CodingKey {
      case frames, isCut
    }
  }

  private struct Suspended: Encodable {
    let address: String
    let type: String
    let state: String
    /// The innermost first.
    let frames: [FrameEntry]
    /// Those before `frames`; absent if there are none.
    let sharedFrames: SharedFrames?
    /// What has to happen before it continues.
    let outlook: String
    let awaits: Awaited?
  }

  private struct Awaited: Encodable {
    let address: String
    let repr: String
  }
}

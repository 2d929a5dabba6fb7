package import CPython
package import HeapAnalysis
import MemoryImage

/// Writes stacks as tracebacks, the most recent call first.
package struct StackWriter {
  package var formatter: FrameFormatter
  package let output: any AnswerOutput
  /// Whether each stack is written, even where several are the same.
  package let showsEachStack: Bool
  private let printer: ObjectPrinter

  private static let title = "Traceback (most recent call FIRST):"

  package init(formatter: FrameFormatter, output: any AnswerOutput, showsEachStack: Bool) {
    self.formatter = formatter
    self.output = output
    self.showsEachStack = showsEachStack
    var options = PrintingOptions()
    options.short = true
    printer = ObjectPrinter(formatter.inferior, options: options)
  }

  /// Writes the stacks of threads; equal ones once.
  package mutating func write(_ threads: [(thread: PythonThread, stack: CallStack)]) throws(OutputProblem) {
    for group in StackGroups(threads, apart: showsEachStack, frames: { $0.stack.frames }).groups {
      if group.count > 1 { try output.writeLine("\(group.count) threads at the same place:") }
      for (thread, _) in group { try output.writeLine(ThreadEntry(thread).line) }
      try writeFrames(group[0].stack.frames)
      if let end = Self.end(of: group[0].stack) { try output.writeLine("  ...<\(end)>") }
      try output.writeLine("")
    }
  }

  /// Writes the stacks of what is suspended; equal ones once.
  package mutating func write(_ chains: [(chain: AwaitChain, outlook: AwaitChain.Outlook)]) throws(OutputProblem) {
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

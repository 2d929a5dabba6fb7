package import CPython
package import HeapAnalysis
import MemoryImage

/// What `find-all-stacks` reports in JSON. `StackWriter` writes the text, a part of it before the search for the rest.
package struct StacksReport: Encodable, JSONReport {
  let threads: [ThreadStack]
  /// Absent where only threads were asked for.
  let suspended: [Suspended]?
  /// The numbers of those left out, by their outlook; absent in the same case.
  let leftOut: [String: Int]?

  /// - Parameters:
  ///   - suspended: the suspended stacks, and the numbers of those left out; nil where only threads were asked for.
  ///   - locals: how variables are printed; nil leaves them out.
  package init(
    threads: [(thread: PythonThread, stack: CallStack)], suspended: SuspendedStacks?, locals: PrintingOptions?,
    in inferior: Inferior
  ) {
    var formatter = FrameFormatter(inferior, locals: locals)
    var options = PrintingOptions()
    options.short = true
    let printer = ObjectPrinter(inferior, options: options)
    self.threads = threads.map { thread, stack in
      ThreadStack(
        thread: ThreadEntry(thread), frames: stack.frames.map { formatter.entry(of: $0) }, isCut: stack.isCut)
    }
    self.suspended = suspended?.shown.map { chain, outlook in
      Suspended(
        address: chain.links[0].object.description, type: inferior.typeName(of: chain.links[0].object) ?? "?",
        state: chain.links[0].state.rawValue, frames: chain.links.reversed().compactMap(\.frame).map { formatter.entry(of: $0) },
        sharedFrames: chain.shared.map { .init($0) }, outlook: outlook.rawValue,
        awaits: chain.awaited.map { .init(address: $0.description, repr: printer.text(of: $0)) })
    }
    leftOut = suspended.map { Dictionary(uniqueKeysWithValues: $0.leftOut.map { ($0.key.rawValue, $0.value) }) }
  }

  /// The stack of a thread.
  struct ThreadStack: Encodable, Sendable {
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

  /// The stack of a generator or coroutine, or of what it is awaited by.
  struct Suspended: Encodable, Sendable {
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

  /// An object that is awaited.
  struct Awaited: Encodable, Sendable {
    let address: String
    let repr: String
  }
}

import ArgumentParser
import HeapAnalysis
import MemoryImage
import Presentation
import SnapshotFormats

/// `context`: the bytes around an address.
struct ContextCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "context", abstract: "Shows the memory around an address, and what it belongs to.")

  @Argument(help: "The address.")
  var address: AddressArgument

  @Option(help: "Show so many bytes, half of them before the address.")
  var size = 256

  @OptionGroup var answer: AnswerArguments

  /// The maximum number of bytes; more is of no use to a reader.
  private static let largestSize = 1 << 24

  var scope: AnswerScope { [] }

  func validate() throws {
    if !(1...Self.largestSize).contains(size) { throw ValidationError("--size must be 1 to \(Self.largestSize)") }
  }

  func run(in session: Session, output: CommandOutput) throws {
    let address = address.address
    let memory = session.snapshot.memory.reader
    let before = size / 2
    guard let range = memory.mapped(around: address, before: before, after: size - before) else {
      throw Failure.problem("address \(address) is not mapped in this dump")
    }
    let bytes = Array(try memory.array(of: UInt8.self, at: range.start, count: range.count))
    let report = ContextReport(bytes, of: range, around: address, place: place(of: address, in: session))
    try session.write(report, json: answer.json, to: output)
  }

  /// What is there; nil where no Python was found that would show it.
  private func place(of address: Address, in session: Session) -> String? {
    guard let inferior = try? session.inferior(), let index = try? session.index() else { return nil }
    guard index.contains(address) else { return try? session.place(of: address) }
    return "it is " + ObjectPrinter.mention(of: address, in: inferior)
  }
}

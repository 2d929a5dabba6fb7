import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `aggregate-strings`: how many strings there are, and how long.
struct AggregateStringsCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "aggregate-strings", abstract: "Counts strings by length, and prints some.")

  @Flag(help: "bytes objects instead of str objects.")
  var bytes = false

  @Option(help: "Print the strings shorter than this.")
  var printSmallerThan: Int?

  @Option(help: "Print the strings longer than this.")
  var printLargerThan: Int?

  @OptionGroup var printing: PrintingArguments
  @OptionGroup var answer: AnswerArguments

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let statistics = StringStatistics.of(
      kind: bytes ? .bytes : .str, in: try session.index(), inferior: inferior, smallerThan: printSmallerThan,
      largerThan: printLargerThan, threadCount: session.threadCount)
    let printer = ObjectPrinter(inferior, options: printing.options)
    if answer.json {
      let histogram = statistics.histogram.map { Step(maximum: $0.maximum, count: $0.count) }
      var sizes = TypeSizes(inferior)
      let matches = statistics.matches.map {
        ObjectEntry($0, text: printer.text(of: $0.address), sizes: &sizes, in: inferior)
      }
      let facts = Answer(
        objects: statistics.objectCount, bytes: statistics.byteCount, histogram: histogram, matches: matches)
      return try session.writeJSON(facts, to: output)
    }
    for header in statistics.matches { try output.writeLine(printer.text(of: header.address)) }
    try output.writeLine(
      "Found \(statistics.objectCount) objects with \(statistics.byteCount) data bytes overall "
        + "(\(ByteCount(statistics.byteCount)))")
    for step in statistics.histogram { try output.writeLine("Length <= \(step.maximum): \(step.count) objects") }
  }
}

extension AggregateStringsCommand {
  private struct Answer: Encodable {
    let objects: Int
    let bytes: Int
    let histogram: [Step]
    let matches: [ObjectEntry]
  }

  private struct Step: Encodable {
    let maximum: Int
    let count: Int
  }
}

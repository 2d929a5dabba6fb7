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
    let statistics = try StringStatistics.of(
      kind: bytes ? .bytes : .str, in: try session.heap(), smallerThan: printSmallerThan, largerThan: printLargerThan)
    let printer = ObjectPrinter(inferior, options: printing.options)
    let report = StringsReport(statistics, printer: printer, in: inferior)
    try session.write(report, json: answer.json, to: output)
  }
}

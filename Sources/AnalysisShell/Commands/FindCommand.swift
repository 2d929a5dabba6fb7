import CPython
import ArgumentParser
import MemoryImage
import Presentation
import SnapshotFormats

/// `find`: where some bytes are in memory.
struct FindCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Finds a text, or a pointer, in all memory.",
    discussion: "Whether an object lies there, context ADDRESS and find-references say.")

  @Argument(help: "The text, as UTF-8; with --ptr an address, with --hex bytes as hexadecimal digits.")
  var data: String

  @Flag(help: "Find the pointers to an address: its eight bytes, at multiples of 8.")
  var ptr = false

  @Flag(help: "Find bytes.")
  var hex = false

  @Option(help: "Find it at multiples of this power of two only; 8 for pointers if not given, 1 for all else.")
  var align: Int?

  @Flag(help: "Print the number only.")
  var count = false

  @Option(help: "Print so many addresses.")
  var maxResults: Int?

  @OptionGroup var answer: AnswerArguments

  func validate() throws {
    if let align, align < 1 || align.nonzeroBitCount != 1 { throw ValidationError("--align must be a power of two") }
    if let maxResults, maxResults < 0 { throw ValidationError("--max-results must be 0 or more") }
    if ptr && hex { throw ValidationError("--ptr and --hex exclude each other") }
    _ = try needle()
  }

  /// The bytes to be found.
  private func needle() throws -> [UInt8] {
    if ptr {
      guard let address = Address(hexadecimal: data) else {
        throw ValidationError("expected an address, found '\(data)'")
      }
      return (0..<8).map { UInt8(truncatingIfNeeded: address.rawValue >> ($0 * 8)) }
    }
    guard !data.isEmpty else { throw ValidationError("expected something to find, found nothing") }
    guard hex else { return Array(data.utf8) }
    let digits = data.filter { $0 != " " }.compactMap(\.hexDigitValue)
    guard digits.count == data.filter({ $0 != " " }).count, digits.count.isMultiple(of: 2) else {
      throw ValidationError("expected pairs of hexadecimal digits, found '\(data)'")
    }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  func run(in session: Session, output: CommandOutput) throws {
    let search = MemorySearch(for: try needle(), alignment: align ?? (ptr ? 8 : 1))
    let limit = count ? 0 : maxResults ?? .max
    let found = try search.run(in: session.snapshot.memory, limit: limit, workers: session.workers)
    try session.write(FindReport(found, onlyCount: count), json: answer.json, to: output)
  }
}

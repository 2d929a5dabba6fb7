import ArgumentParser
import CPython
import MemoryImage
import NativeProcess
import Presentation
import SnapshotFormats

/// `regions`: the memory that the dump holds.
struct RegionsCommand: AnalysisCommand {
  static let share = ReadScope.whole
  static let configuration = CommandConfiguration(
    commandName: "regions", abstract: "Lists the regions of memory that the dump holds.")

  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { [] }

  func run(in session: Session, output: CommandOutput) throws {
    let memory = session.snapshot.memory
    let rows = memory.regions.map { region in
      Row(
        start: region.range.start.description, end: region.range.end.description, bytes: region.range.count,
        permissions: region.permissions?.description, file: region.file ?? Self.file(at: region, in: session.snapshot))
    }
    if answer.json {
      return try session.writeJSON(Answer(bytes: memory.byteCount, regions: rows), to: output)
    }
    for row in rows {
      let file = row.file.map(PythonText.escaped)
      let parts = ["\(row.start)-\(row.end)", row.permissions, "\(ByteCount(row.bytes))", file]
      try output.writeLine(parts.compactMap { $0 }.joined(separator: " "))
    }
    try output.writeLine("\(rows.count) regions, \(memory.byteCount) bytes (\(ByteCount(memory.byteCount)))")
  }

  /// The file that was mapped where the region begins.
  private static func file(at region: MemoryRegion, in snapshot: Snapshot) -> String? {
    snapshot.mappedFiles.first { $0.range.contains(region.range.start) }?.path
  }
}

extension RegionsCommand {
  private struct Answer: Encodable {
    let bytes: Int
    let regions: [Row]
  }

  private struct Row: Encodable {
    let start: String
    let end: String
    let bytes: Int
    let permissions: String?
    let file: String?
  }
}

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
    try session.write(RegionsReport(session.snapshot), json: answer.json, to: output)
  }
}

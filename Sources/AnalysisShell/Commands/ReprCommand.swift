import ArgumentParser
import CPython
import MemoryImage
import Presentation

/// `repr`: one object with what it holds.
struct ReprCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "repr", abstract: "Prints the object at an address (*ADDRESS: a pointer to it).")

  @Argument(help: "The object's address; *ADDRESS for the object that the pointer there leads to.")
  var address: PointerArgument

  @OptionGroup var printing: PrintingArguments
  @OptionGroup var answer: AnswerArguments

  var scope: AnswerScope { [] }

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let header = try session.object(at: address.resolved(in: inferior))
    let text = ObjectPrinter(inferior, options: printing.options).text(of: header.address)
    var sizes = TypeSizes(inferior)
    let report = ObjectEntry(header, text: text, sizes: &sizes, in: inferior)
    try session.write(report, json: answer.json, to: output)
  }
}

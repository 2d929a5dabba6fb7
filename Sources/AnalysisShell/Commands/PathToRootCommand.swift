import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `path-to-root`: what keeps an object alive.
struct PathToRootCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "path-to-root", abstract: "Finds what keeps an object alive: paths from a module, a frame or C to it.",
    discussion: """
      A path is a chain of references, each of which keeps the next object alive; weak references do not count. The \
      shortest comes first, then others that have no object in common with it. A path from a module is written as a \
      Python expression that evaluates to the object in the process (with sys, builtins and gc imported). Other paths \
      begin at a frame of a thread, at a static type, or at an object with more references than all objects have to it: \
      C code holds it.
      """)

  @Argument(help: "The object's address.")
  var address: AddressList

  @Option(help: "Maximum number of paths.")
  var maxPaths = 3

  @OptionGroup var answer: AnswerArguments

  func validate() throws {
    if maxPaths < 1 { throw ValidationError("--max-paths must be 1 or more") }
    if address.addresses.count != 1 { throw ValidationError("expected one address, found \(address.addresses.count)") }
  }

  func run(in session: Session, output: CommandOutput) throws {
    let inferior = try session.inferior()
    let target = try session.liveObject(at: address.addresses[0])
    let found = try session.pathSearch().paths(to: target, limit: maxPaths)
    try session.write(PathReport(found, in: inferior), json: answer.json, to: output)
  }
}

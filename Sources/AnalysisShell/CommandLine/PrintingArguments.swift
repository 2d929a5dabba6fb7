import ArgumentParser
import Presentation

/// The options of every command that prints objects.
struct PrintingArguments: ParsableArguments {
  @Option(help: "Look into containers that lie less deep than this, the object itself at 0.")
  var maxRecursionDepth = 4

  @Option(help: "Print so many entries of a container.")
  var maxEntries = 100

  @Option(help: "Print so many characters of a string.")
  var maxStringLength = 1024

  @Flag(help: "Print the addresses of nested built-in values too.")
  var showAllAddresses = false

  @Flag(help: "Print bytes as hexadecimal digits.")
  var bytesAsHex = false

  @Flag(help: "Print one line for an object, and of a container its length only.")
  var short = false

  @Flag(help: "Leave out f_back of frames.")
  var frameOmitBack = false

  /// Refuses negative numbers.
  func validate() throws {
    for (name, value) in [
      ("--max-recursion-depth", maxRecursionDepth), ("--max-entries", maxEntries),
      ("--max-string-length", maxStringLength),
    ] where value < 0 {
      throw ValidationError("\(name) must be 0 or more")
    }
  }

  /// The options as the printer takes them.
  var options: PrintingOptions {
    var options = PrintingOptions()
    options.maxRecursionDepth = maxRecursionDepth
    options.maxEntries = maxEntries
    options.maxStringLength = maxStringLength
    options.showAllAddresses = showAllAddresses
    options.bytesAsHex = bytesAsHex
    options.short = short
    options.omitFrameBack = frameOmitBack
    return options
  }
}

/// The option that every command has.
struct AnswerArguments: ParsableArguments {
  @Flag(help: "Answer in JSON.")
  var json = false
}

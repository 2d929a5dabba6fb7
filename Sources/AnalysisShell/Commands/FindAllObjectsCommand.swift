import ArgumentParser
import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// `find-all-objects`: the objects of a type, one by one.
struct FindAllObjectsCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-all-objects", abstract: "Prints all objects of a type, or of all types.")

  @Option(help: "The type's name, with or without its module.")
  var typeName: String?

  @Option(help: "The type object's address.")
  var typeAddr: AddressArgument?

  @Flag(help: "Only count them.")
  var count = false

  @Option(help: "Print so many objects.")
  var maxResults: Int?

  @Flag(help: "Leave out the objects' texts: address, type and size alone.")
  var noRepr = false

  @OptionGroup var printing: PrintingArguments
  @OptionGroup var answer: AnswerArguments

  func validate() throws {
    if let maxResults, maxResults < 0 { throw ValidationError("--max-results must be 0 or more") }
    if typeName != nil && typeAddr != nil { throw ValidationError("expected --type-name or --type-addr, found both") }
  }

  func run(in session: Session, output: CommandOutput) throws {
    let numbers = try typeNumbers(in: session)
    let index = try session.index()
    let found =
      numbers.map { numbers in
        index.typeTotals.reduce(0) { $0 + (numbers.contains($1.typeNumber) ? $1.objectCount : 0) }
      } ?? index.objectCount
    if count {
      if answer.json { try session.writeJSON(["count": found], to: output) } else { try output.writeLine("\(found)") }
    } else if noRepr {
      try writePlainly(numbers, of: index, found: found, in: session, output: output)
    } else {
      try write(numbers, of: index, found: found, in: session, output: output)
    }
    try output.note("\(found) objects found")
  }

  private func typeNumbers(in session: Session) throws -> Set<Int>? {
    if let typeName { return try session.typeNumbers(named: typeName) }
    return try typeAddr.map { [try session.typeNumber(at: $0.address)] }
  }

  /// Writes only what the index has: millions of lines in seconds.
  private func writePlainly(
    _ numbers: Set<Int>?, of index: ObjectIndex, found: Int, in session: Session, output: CommandOutput
  ) throws {
    let inferior = try session.inferior()
    let limit = maxResults ?? .max
    let mayBeBasic = index.typesWithBasicSizes(in: inferior)
    var sizes = TypeSizes(inferior)
    // The part of a line that depends on the type is the same for all its objects.
    let endings = inferior.types.types.map { info in
      answer.json
        ? ",\"type\":\(JSONText.quoted(info.name)),\"typeAddress\":\"\(info.address)\"}"
        : " \(PythonText.escaped(info.name)) @ \(info.address)"
    }
    var written = 0
    if answer.json { try output.write("{\"count\":\(found),\"objects\":[") }
    let body: (ObjectHeader) throws -> Bool = { header in
      guard written < limit else { return false }
      let ending = endings[Int(header.type.number)]
      let (size, isBasic) =
        mayBeBasic[Int(header.type.number)] ? sizes.size(of: header) : (header.byteCount(in: inferior), false)
      if answer.json {
        let mark = isBasic ? "\"isSizeBasic\":true," : ""
        try output.write("\(written > 0 ? ",\n" : "\n"){\"address\":\"\(header.address)\",\(mark)\"size\":\(size)\(ending)")
      } else {
        try output.writeLine("\(header.address) \(size) bytes\(isBasic ? " basic" : "")\(ending)")
      }
      written += 1
      return true
    }
    if let numbers { try index.forEachObject(ofTypes: numbers, body) } else { try index.forEachObject(body) }
    if answer.json { try output.writeLine("]" + (try session.jsonEnding())) }
  }

  private func write(
    _ numbers: Set<Int>?, of index: ObjectIndex, found: Int, in session: Session, output: CommandOutput
  ) throws {
    let inferior = try session.inferior()
    let printer = ObjectPrinter(inferior, options: printing.options)
    let json = JSONText()
    var sizes = TypeSizes(inferior)
    let limit = maxResults ?? .max
    var written = 0
    if answer.json { try output.write("{\"count\":\(found),\"objects\":[") }
    let body: (ObjectHeader) throws -> Bool = { header in
      guard written < limit else { return false }
      let text = printer.text(of: header.address)
      if answer.json {
        let entry = ObjectEntry(header, text: text, sizes: &sizes, in: inferior)
        try output.write((written > 0 ? ",\n" : "\n") + (try json.text(of: entry)))
      } else {
        try output.writeLine(text)
      }
      written += 1
      return true
    }
    if let numbers { try index.forEachObject(ofTypes: numbers, body) } else { try index.forEachObject(body) }
    if answer.json { try output.writeLine("]" + (try session.jsonEnding())) }
  }
}

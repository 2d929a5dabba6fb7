import CPython
import MemoryImage

extension ObjectListReport: Report {
  package func writeText(to output: any AnswerOutput) throws {
    if let printer { return try forEachObject { try output.writeLine(printer.text(of: $0.address)) } }
    // The part of a line that depends on the type is the same for all its objects.
    let endings = inferior.types.types.map { " \(PythonText.escaped($0.name)) @ \($0.address)" }
    try forEachSize { header, size, isBasic in
      try output.writeLine("\(header.address) \(size) bytes\(isBasic ? " basic" : "")\(endings[Int(header.type.number)])")
    }
  }
}

/// The number of objects, where only that was asked for.
package struct ObjectCountReport: Encodable, Report {
  let count: Int

  package init(_ count: Int) {
    self.count = count
  }

  package func writeText(to output: any AnswerOutput) throws {
    try output.writeLine("\(count)")
  }
}

extension ObjectEntry: Report {
  package func writeText(to output: any AnswerOutput) throws {
    try output.writeLine(repr)
  }
}

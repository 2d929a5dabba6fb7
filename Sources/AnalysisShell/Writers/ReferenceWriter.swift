import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// Writes what refers to an object and what an object refers to, as text and as JSON.
struct ReferenceWriter: Sendable {
  private let inferior: Inferior
  private let printer: ObjectPrinter
  private let parts: ReferentPartText
  /// The types' names by number, ready to be written: in quotes for JSON.
  private let typeNames: [String]

  init(_ inferior: Inferior) {
    self.inferior = inferior
    var options = PrintingOptions()
    options.short = true
    options.maxStringLength = 64
    printer = ObjectPrinter(inferior, options: options)
    parts = ReferentPartText(inferior)
    typeNames = inferior.types.types.map { JSONText.quoted($0.name) }
  }

  /// Writes the referrers of one object, one on a line.
  func writeText(_ references: ReferencesToObject, to output: CommandOutput, isAlone: Bool) throws(OutputProblem) {
    if !isAlone { try output.writeLine(printer.text(of: references.target)) }
    let indentation = isAlone ? "" : "  "
    for group in references.groups where group.count > 0 {
      try output.writeLine("\(indentation)\(group.kind):")
      for referrer in group.referrers {
        try output.writeLine("\(indentation)  \(text(of: referrer)) \(names(of: referrer).joined(separator: ", "))")
      }
      if group.count > group.referrers.count {
        try output.writeLine("\(indentation)  ...<\(group.count - group.referrers.count) more>")
      }
    }
    try output.note("\(references.count) referrers found")
  }

  /// What refers, on one line.
  private func text(of referrer: Referrer) -> String {
    switch referrer.source {
    case .object(let header): return printer.text(of: header.address)
    case .root(.interpreter(let interpreter)): return "<interpreter \(interpreter.id)>@\(interpreter.address)"
    case .root(.frame(let frame)):
      let code = try? PyCodeObject(at: frame.frame.code, in: inferior)
      let name = PythonText.quoted(code?.name(in: inferior) ?? "?")
      let place = PythonText.escaped(code?.place(line: frame.frame.line(in: inferior), in: inferior) ?? "")
      return "<frame \(name)\(place) \(standing(of: frame.state))>@\(frame.address)"
    }
  }

  /// The stack that a frame is on: `of thread 139951818369920`, `suspended in <greenlet.greenlet>@00007F…`.
  private func standing(of state: StackFrame.State) -> String {
    switch state {
    case .running(let threadID): "of thread \(threadID)"
    case .leaving(let threadID): "being left by thread \(threadID)"
    case .suspended(let holder): holder.isNull ? "suspended" : "suspended in \(printer.text(of: holder))"
    }
  }

  private func partNames(of referrer: Referrer) -> [String] {
    switch referrer.source {
    case .object(let header): referrer.parts.map { parts.text(of: $0, in: header) }
    case .root(.frame(let frame)): referrer.parts.map { parts.text(of: $0, inFrameOf: frame.frame.code) }
    case .root(.interpreter): referrer.parts.map { parts.text(of: $0, inFrameOf: nil) }
    }
  }

  private func names(of referrer: Referrer) -> [String] {
    let names = partNames(of: referrer)
    let rest = referrer.partCount - names.count
    return rest > 0 ? names + ["...<\(rest) more>"] : names
  }

  /// Writes the referrers of one object as a JSON object.
  func writeJSON(_ references: ReferencesToObject, to output: CommandOutput) throws(OutputProblem) {
    try output.write("{\"address\":\"\(references.target)\",\"count\":\(references.count),\"referrers\":[")
    var isFirst = true
    for group in references.groups {
      for referrer in group.referrers {
        try output.write(isFirst ? "" : ",")
        isFirst = false
        let by = partNames(of: referrer).map { JSONText.quoted($0) }
        try output.write(
          "{\"address\":\"\(referrer.address)\",\"by\":[\(by.joined(separator: ","))],"
            + "\"kind\":\"\(group.kind)\",\"references\":\(referrer.partCount),"
            + "\"repr\":\(JSONText.quoted(text(of: referrer))),\"type\":\(typeName(of: referrer))}")
      }
    }
    try output.write("],\"type\":\(typeName(of: references.target))}")
  }

  /// What an object refers to: up to `limit` objects, in the order of its structure.
  func referents(of header: ObjectHeader, index: ObjectIndex, limit: Int, json: Bool) -> String {
    var entries: [(address: Address, kind: ReferentKind, part: ReferentPart)] = []
    var count = 0
    index.forEachReferent(of: header, in: inferior) { address, kind, part in
      count += 1
      if entries.count < limit { entries.append((address, kind, part)) }
    }
    if json {
      let list = entries.map { entry in
        "{\"address\":\"\(entry.address)\",\"by\":\(JSONText.quoted(parts.text(of: entry.part, in: header))),"
          + "\"kind\":\"\(entry.kind)\",\"type\":\(typeName(of: entry.address))}"
      }
      return "{\"address\":\"\(header.address)\",\"count\":\(count),\"referents\":[\(list.joined(separator: ","))],"
        + "\"type\":\(typeNames[Int(header.type.number)])}"
    }
    var text = printer.text(of: header.address) + "\n"
    for kind in ReferentKind.allCases {
      let group = entries.filter { $0.kind == kind }
      if !group.isEmpty { text += "  \(kind):\n" }
      for entry in group {
        text += "    \(parts.text(of: entry.part, in: header)) \(printer.text(of: entry.address))\n"
      }
    }
    if count > entries.count { text += "  ...<\(count - entries.count) more>\n" }
    return text
  }

  /// The type in quotes; null for what is no object.
  private func typeName(of referrer: Referrer) -> String {
    if case .object(let header) = referrer.source { typeNames[Int(header.type.number)] } else { "null" }
  }

  private func typeName(of address: Address) -> String {
    inferior.object(at: address).map { typeNames[Int($0.type.number)] } ?? "null"
  }
}

package import CPython
package import HeapAnalysis
import MemoryImage

/// A stack frame as it is reported.
package struct FrameEntry: Encodable, Sendable {
  package let address: String
  package let function: String
  package let file: String
  /// Null where the instruction has no line.
  package let line: Int?
  /// Absent where they were not asked for.
  package let locals: [Local]?

  /// What a traceback has of it, without an indentation: `File "app.py", line 12, in Server.run`.
  package var tracebackLine: String {
    let line = line.map { "line \($0)" } ?? "no line"
    return "File \"\(PythonText.escaped(file))\", \(line), in \(PythonText.escaped(function))"
  }

  /// The function and its line: `main @ 'app.py':50`.
  package var place: String { "\(PythonText.escaped(function)) @ \(fileAndLine)" }

  /// The same the other way round: `'app.py':50 in main`.
  package var position: String { "\(fileAndLine) in \(PythonText.escaped(function))" }

  private var fileAndLine: String { "\(PythonText.quoted(file)):\(line.map { "\($0)" } ?? "?")" }

  /// A local variable.
  package struct Local: Encodable, Sendable {
    package let name: String
    package let address: String
    package let repr: String
  }
}

/// The innermost frames of a suspended stack, where another stack that was written has them.
package struct SharedFrames: Encodable, Sendable {
  /// The outermost object of that stack, or its task.
  package let address: String
  /// How many frames they are, with what has ended.
  package let calls: Int

  package init(_ shared: AwaitChain.Shared) {
    (address, calls) = (shared.object.description, shared.count)
  }
}

/// Formats frames, with their variables if these are asked for.
package struct FrameFormatter {
  package let inferior: Inferior
  /// What prints the variables; nil leaves them out.
  private let printer: ObjectPrinter?
  private var texts: CodeTexts

  package init(_ inferior: Inferior, locals options: PrintingOptions? = nil) {
    self.inferior = inferior
    printer = options.map { ObjectPrinter(inferior, options: $0) }
    texts = CodeTexts(inferior)
  }

  package mutating func entry(of frame: Frame) -> FrameEntry {
    entry(of: frame, line: texts.line(at: .init(frame)))
  }

  /// The entry of a frame that was at a certain line, as in a traceback.
  package mutating func entry(of frame: Frame, line: Int?) -> FrameEntry {
    let text = texts.text(of: frame.code)
    return FrameEntry(
      address: frame.address.description, function: text.function,
      file: text.file, line: line, locals: printer.map { locals(of: frame, $0) })
  }

  /// What a traceback has of it: `  File "app.py", line 12, in Server.run`, and a line for each variable.
  package mutating func lines(of frame: Frame) -> [String] {
    let entry = entry(of: frame)
    return ["  " + entry.tracebackLine]
      + (entry.locals ?? []).map { local in
        // A value of several lines stays after the name.
        let text = local.repr.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    ")
        return "    \(PythonText.escaped(local.name)) = \(text)"
      }
  }

  /// The function and its place on one line: `main @ 'app.py':50`.
  package mutating func place(of frame: Frame) -> String { entry(of: frame).place }

  private func locals(of frame: Frame, _ printer: ObjectPrinter) -> [FrameEntry.Local] {
    frame.locals(in: inferior).map {
      FrameEntry.Local(
        name: $0.name, address: $0.value.description, repr: text(of: $0.value, printer))
    }
  }

  /// A value; a plain one without its address.
  private func text(of value: Address, _ printer: ObjectPrinter) -> String {
    let text = printer.text(of: value)
    switch inferior.object(at: value)?.type.kind {
    case .none?, .bool, .int, .float, .str, .bytes:
      let address = "@\(value)"
      return text.hasSuffix(address) ? String(text.dropLast(address.count)) : text
    default: return text
    }
  }
}

import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// A stack frame as it is reported.
struct FrameEntry: Encodable {
  let address: String
  let function: String
  let file: String
  /// Null where the instruction has no line.
  let line: Int?
  /// Absent where they were not asked for.
  let locals: [Local]?

  /// What a traceback has of it, without an indentation: `File "app.py", line 12, in Server.run`.
  var tracebackLine: String {
    let line = line.map { "line \($0)" } ?? "no line"
    return "File \"\(PythonText.escaped(file))\", \(line), in \(PythonText.escaped(function))"
  }

  /// The function and its line: `main @ 'app.py':50`.
  var place: String { "\(PythonText.escaped(function)) @ \(fileAndLine)" }

  /// The same the other way round: `'app.py':50 in main`.
  var position: String { "\(fileAndLine) in \(PythonText.escaped(function))" }

  private var fileAndLine: String { "\(PythonText.quoted(file)):\(line.map { "\($0)" } ?? "?")" }

  /// A local variable.
  struct Local: Encodable {
    let name: String
    let address: String
    let repr: String
  }
}

/// The innermost frames of a suspended stack, where another stack that was written has them.
struct SharedFrames: Encodable {
  /// The outermost object of that stack, or its task.
  let address: String
  /// How many frames they are, with what has ended.
  let calls: Int

  init(_ shared: AwaitChain.Shared) {
    (address, calls) = (shared.object.description, shared.count)
  }
}

/// Formats frames, with their variables if these are asked for.
struct FrameFormatter {
  let inferior: Inferior
  /// What prints the variables; nil leaves them out.
  private let printer: ObjectPrinter?
  private var texts: CodeTexts

  init(_ inferior: Inferior, locals options: PrintingOptions? = nil) {
    self.inferior = inferior
    printer = options.map { ObjectPrinter(inferior, options: $0) }
    texts = CodeTexts(inferior)
  }

  mutating func entry(of frame: Frame) -> FrameEntry {
    entry(of: frame, line: texts.line(at: .init(frame)))
  }

  /// The entry of a frame that was at a certain line, as in a traceback.
  mutating func entry(of frame: Frame, line: Int?) -> FrameEntry {
    let text = texts.text(of: frame.code)
    return FrameEntry(
      address: frame.address.description, function: text.function,
      file: text.file, line: line, locals: printer.map { locals(of: frame, $0) })
  }

  /// What a traceback has of it: `  File "app.py", line 12, in Server.run`, and a line for each variable.
  mutating func lines(of frame: Frame) -> [String] {
    let entry = entry(of: frame)
    return ["  " + entry.tracebackLine]
      + (entry.locals ?? []).map { local in
        // A value of several lines stays after the name.
        let text = local.repr.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    ")
        return "    \(PythonText.escaped(local.name)) = \(text)"
      }
  }

  /// The function and its place on one line: `main @ 'app.py':50`.
  mutating func place(of frame: Frame) -> String { entry(of: frame).place }

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

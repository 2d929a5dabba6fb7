import CPython
import HeapAnalysis
import MemoryImage

/// The words for references: what refers, by what, and of which type it is.
struct ReferenceTexts: Sendable {
  private let inferior: Inferior
  let printer: ObjectPrinter
  let parts: ReferentPartText
  /// The types' names by number, as JSON.
  let typeNames: [String]

  init(_ inferior: Inferior) {
    self.inferior = inferior
    var options = PrintingOptions()
    options.short = true
    options.maxStringLength = 64
    printer = ObjectPrinter(inferior, options: options)
    parts = ReferentPartText(inferior)
    typeNames = inferior.types.types.map { JSONText.quoted($0.name) }
  }

  /// What refers, on one line.
  func text(of referrer: Referrer) -> String {
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

  /// The names of the parts that refer.
  func partNames(of referrer: Referrer) -> [String] {
    switch referrer.source {
    case .object(let header): referrer.parts.map { parts.text(of: $0, in: header) }
    case .root(.frame(let frame)): referrer.parts.map { parts.text(of: $0, inFrameOf: frame.frame.code) }
    case .root(.interpreter): referrer.parts.map { parts.text(of: $0, inFrameOf: nil) }
    }
  }

  /// The same, and how many more there are.
  func names(of referrer: Referrer) -> [String] {
    let names = partNames(of: referrer)
    let rest = referrer.partCount - names.count
    return rest > 0 ? names + ["...<\(rest) more>"] : names
  }

  /// The name of the type as JSON; null for what is no object.
  func typeName(of referrer: Referrer) -> String {
    if case .object(let header) = referrer.source { typeNames[Int(header.type.number)] } else { "null" }
  }

  /// The same for the object at an address.
  func typeName(of address: Address) -> String {
    inferior.object(at: address).map { typeNames[Int($0.type.number)] } ?? "null"
  }
}

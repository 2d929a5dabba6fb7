package import CPython
package import HeapAnalysis
import MemoryImage

/// What `path-to-root` reports: what keeps an object alive.
package struct PathReport: Encodable, Sendable {
  let address: String
  let type: String
  let repr: String
  let paths: [Path]
  /// Why there is no path; absent if there is one.
  let absence: String?

  /// A path from a root to the object.
  struct Path: Encodable, Sendable {
    let root: Root
    /// The Python expression that evaluates to the object in the process; null if there is none.
    let expression: String?
    /// For a path from a variable of a frame, the same in that frame; absent if there is none.
    let expressionInFrame: String?
    /// The objects from the first that the root refers to, to the one that was asked for.
    let steps: [Step]
    /// The number of objects that are left out in the middle of a long path.
    let omitted: Int

    private enum CodingKeys: CodingKey {
      case root, expression, expressionInFrame, steps, omitted
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(root, forKey: .root)
      // Null rather than absent: a script asks for it.
      try container.encode(expression, forKey: .expression)
      try container.encodeIfPresent(expressionInFrame, forKey: .expressionInFrame)
      try container.encode(steps, forKey: .steps)
      try container.encode(omitted, forKey: .omitted)
    }
  }

  /// Where a path begins.
  struct Root: Encodable, Sendable {
    /// `module`, `interpreter`, `frame`, `static type`, `held by C` or `immortal`.
    let kind: String
    let name: String
  }

  package init(_ found: PathsToRoot, in inferior: Inferior) {
    var texts = PathTexts(inferior)
    var paths: [Path] = []
    for path in found.paths { paths.append(texts.path(path)) }
    self.paths = paths
    address = found.target.address.description
    type = texts.typeName(of: found.target)
    repr = texts.printer.text(of: found.target.address)
    absence = found.absence.map(PathTexts.text)
  }

  /// An object of a path.
  struct Step: Encodable, Sendable {
    let address: String
    let type: String
    let repr: String
    /// The part of the one before that refers to it.
    let by: String
    /// Whether the reference is certain: `visited` or `held`, else `probable`.
    let kind: String
  }
}

/// Describes roots, and the objects of a path.
private struct PathTexts {
  private let inferior: Inferior
  let printer: ObjectPrinter
  private let parts: ReferentPartText
  private let expressions: PathExpression
  private var frames: FrameFormatter

  init(_ inferior: Inferior) {
    self.inferior = inferior
    var options = PrintingOptions()
    options.short = true
    options.maxStringLength = 64
    printer = ObjectPrinter(inferior, options: options)
    parts = ReferentPartText(inferior)
    expressions = PathExpression(inferior)
    frames = FrameFormatter(inferior)
  }

  mutating func path(_ path: RootPath) -> PathReport.Path {
    var steps: [PathReport.Step] = []
    for (index, step) in path.steps.enumerated() {
      let holder = index == 0 ? nil : path.steps[index - 1].object
      steps.append(
        PathReport.Step(
          address: step.object.address.description, type: typeName(of: step.object),
          repr: printer.text(of: step.object.address), by: by(step, in: holder, root: path.root),
          kind: step.kind.description))
    }
    return PathReport.Path(
      root: root(of: path), expression: expressions.text(of: path),
      expressionInFrame: expressions.textInFrame(of: path), steps: steps, omitted: path.omittedCount)
  }

  static func text(of absence: PathsToRoot.Absence) -> String {
    switch absence {
    case .garbage: "no root leads to it: only objects refer to it that are unreachable too, until the collector frees them"
    case .missingMemory: "no root leads to it in what is in the dump: its holders may be in memory that is missing"
    }
  }

  func typeName(of header: ObjectHeader) -> String { inferior.types.types[Int(header.type.number)].name }
}

// Roots.
extension PathTexts {
  private mutating func root(of path: RootPath) -> PathReport.Root {
    switch path.root {
    case .modules(let interpreter):
      guard path.steps.count > 1, case .value(let key)? = path.steps[1].parts.first else {
        return .init(kind: "interpreter", name: "sys.modules" + Self.suffix(of: interpreter))
      }
      return .init(kind: "module", name: (inferior.shownString(at: key) ?? "?") + Self.suffix(of: interpreter))
    case .sysdict(let interpreter): return .init(kind: "module", name: "sys" + Self.suffix(of: interpreter))
    case .builtins(let interpreter): return .init(kind: "module", name: "builtins" + Self.suffix(of: interpreter))
    case .stackFrame(let frame, let thread):
      return .init(kind: "frame", name: frameName(frame, thread, path.steps[0].parts[0]))
    case .frameObject(let frame, let header, let thread):
      let part = path.steps[0].parts[0]
      let name = path.steps[0].object.address == header.address ? "" : ", " + localText(parts.text(of: part, in: header))
      return .init(kind: "frame", name: "\(Self.name(of: thread)), \(position(of: frame))\(name)")
    case .staticType(let header): return .init(kind: "static type", name: typeText(header))
    case .heldByC(_, let count):
      return .init(kind: "held by C", name: "\(count) more reference\(count == 1 ? "" : "s") than objects have to it")
    case .immortal: return .init(kind: "immortal", name: "an immortal object that nothing refers to")
    }
  }

  private mutating func frameName(_ frame: StackFrame, _ thread: PythonThread?, _ part: ReferentPart) -> String {
    let place = "\(position(of: frame.frame)), \(localText(parts.text(of: part, inFrameOf: frame.frame.code)))"
    switch frame.state {
    case .running: return "\(Self.name(of: thread)), \(place)"
    case .leaving: return "\(Self.name(of: thread)), which is leaving \(place)"
    case .suspended: return "suspended frame, \(place)"
    }
  }

  private mutating func position(of frame: Frame) -> String {
    let entry = frames.entry(of: frame)
    return "\(PythonText.escaped(entry.file)):\(entry.line.map(String.init) ?? "?") in \(PythonText.escaped(entry.function))"
  }

  /// `local 'conn'`, as a field of a frame stays.
  private func localText(_ part: String) -> String {
    part.hasPrefix("local ") ? "local \(PythonText.quoted(String(part.dropFirst(6))))" : part
  }

  private static func name(of thread: PythonThread?) -> String {
    guard let thread else { return "thread without a name" }
    return "thread " + (thread.name.map { PythonText.quoted($0) } ?? "\(thread.state.threadID)")
  }

  private static func suffix(of interpreter: InterpreterState) -> String {
    interpreter.isMain ? "" : " of interpreter \(interpreter.id)"
  }

  private func typeText(_ header: ObjectHeader) -> String { inferior.types.type(at: header.address)?.name ?? "?" }

  private mutating func by(_ step: RootPath.Step, in holder: ObjectHeader?, root: GraphRoot) -> String {
    let part = step.parts.first ?? "?"
    if let frame = step.frame {
      return "\(localText(parts.text(of: part, inFrameOf: frame.frame.code))) of \(position(of: frame.frame))"
    }
    if let holder { return parts.text(of: part, in: holder) }
    switch root {
    case .stackFrame(let frame, _): return localText(parts.text(of: part, inFrameOf: frame.frame.code))
    case .frameObject(_, let header, _) where step.object.address != header.address:
      return localText(parts.text(of: part, in: header))
    default: return parts.text(of: part, inFrameOf: nil)
    }
  }
}

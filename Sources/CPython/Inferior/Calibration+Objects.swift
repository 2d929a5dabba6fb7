import MemoryImage
import NativeProcess

// Checks of objects that every process has.
extension CalibrationChecker {
  /// Classes made by Python code have a dict with readable keys, functions in it, and code with names and lines.
  func classChecks() -> [Calibration.Check] {
    let (module, function) = pythonClass()
    let code = function.flatMap { try? PyCodeObject(at: $0.code(in: inferior), in: inferior) }
    let facts: [(String, Bool, Calibration.Subject)] = [
      ("a class has a '__module__'", module.map { !$0.isEmpty } ?? false, .strings),
      ("a method has a '__qualname__'", function?.qualifiedName(in: inferior)?.contains(".") ?? false, .code),
      ("a code object has a 'co_filename'", code?.filename(in: inferior).map { !$0.isEmpty } ?? false, .code),
      ("a code object's names are strings", code.map(hasNames) ?? false, .code),
      ("a code object's first line is in its table", code.map(hasLines) ?? false, .code),
    ]
    return facts.map { .init(name: $0, passes: $1, subject: $2) }
  }

  /// The module's name of one Python class and one of its functions.
  private func pythonClass() -> (module: String?, function: PyFunctionObject?) {
    let layout = inferior.layout
    var module: String?
    var function: PyFunctionObject?
    for type in inferior.types.types where type.traits.flags.contains(.heapType) {
      guard let object = try? PyTypeObject(at: type.address, in: inferior),
        let dict = try? PyDictObject(at: object[layout.type.tp_dict], in: inferior)
      else { continue }
      module = module ?? dict.value(forKey: "__module__", in: inferior).flatMap { inferior.string(at: $0) }
      try? dict.forEachEntry(in: inferior) { _, value in
        if let header = inferior.object(at: value), header.type.kind == .function {
          function = try? PyFunctionObject(header, in: inferior)
        }
        return function == nil
      }
      if module != nil && function != nil { break }
    }
    return (module, function)
  }

  /// Whether the code has a name, and its tuples of names hold strings.
  private func hasNames(_ code: PyCodeObject) -> Bool {
    guard code.invalidReason(in: inferior) == nil, code.name(in: inferior)?.isEmpty == false else { return false }
    return code.variableNames(in: inferior).allSatisfy { inferior.isObject($0, ofKind: .str) }
  }

  private func hasLines(_ code: PyCodeObject) -> Bool {
    let first = code.firstLine(in: inferior)
    // The first instructions have no line where a function sets up its cells.
    let offset = stride(from: 0, to: 64, by: 2).first { code.line(atOffset: $0, in: inferior) != nil } ?? 0
    guard first > 0, let line = code.line(atOffset: offset, in: inferior) else { return false }
    return line >= first && line < first + 10_000
  }

  /// `True`, `False` and `None` are in the interpreter's static data, near `type`; the empty tuple is the `__bases__` of
  /// `object`.
  func singletonChecks() -> [Calibration.Check] {
    var values: Set<String> = []
    forEachStaticObject(of: ["bool", "NoneType"]) { header in
      if case .atom(let text) = header.shape(in: inferior, limit: 0) { values.insert(text) }
    }
    let object = staticType("object").flatMap { try? PyTypeObject(at: $0.address, in: inferior) }
    let bases = object?[inferior.layout.type.tp_bases] ?? .null
    let isEmptyTuple =
      inferior.isObject(bases, ofKind: .tuple)
      && (try? PyTupleObject(at: bases, in: inferior))?.count == 0
    let facts = ["True", "False", "None"].map { ("\($0) exists", values.contains($0)) }
    return (facts + [("object.__bases__ == ()", isEmptyTuple)]).map { .init(name: $0, passes: $1, subject: .constants) }
  }

  /// Calls `body` with each object of the given types in the interpreter's static data.
  func forEachStaticObject(of names: [String], _ body: (ObjectHeader) -> Void) {
    let needles = TypeAddressSet(names.compactMap { staticType($0) }.map { ($0.address, $0.traits.number) })
    for chunk in inferior.addressSpace.chunks() where chunk.isStatic && inferior.image.overlaps(chunk.range) {
      chunk.forEachHeader(typeIn: needles) { address, number in
        guard Liveness.isReferenceCountValid(of: address, in: inferior) else { return }
        body(ObjectHeader(address: address, type: inferior.types.traits[Int(number)]))
      }
    }
  }
}

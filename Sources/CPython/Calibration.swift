package import MemoryImage

/// Checks of what every Python process has against what the layout reads: they prove that the layout is the right one.
package struct Calibration: Sendable {
  /// One fact, and whether it holds.
  package struct Check: Sendable {
    /// The fact, in Python's words: `type(type) is type`.
    package let name: String
    package let passes: Bool
  }

  /// All checks, in the order they were made.
  package let checks: [Check]

  /// The number of checks that hold, and of all.
  package var passedCount: Int { checks.count { $0.passes } }
  package var totalCount: Int { checks.count }
  /// The facts that do not hold.
  package var failed: [String] { checks.filter { !$0.passes }.map(\.name) }

  /// Checks a process whose types have been found.
  package init(of inferior: Inferior, typeObject: Address) {
    let checker = Checker(inferior: inferior, typeObject: typeObject)
    checks = checker.typeChecks() + checker.sizeChecks() + checker.flagChecks() + checker.classChecks()
      + checker.singletonChecks()
  }
}

/// Makes the checks, group by group.
private struct Checker {
  let inferior: Inferior
  let typeObject: Address

  private func staticType(_ name: String) -> TypeInfo? { inferior.types.types.first { $0.name == name } }

  /// `type` and `object` know each other.
  func typeChecks() -> [Calibration.Check] {
    let layout = inferior.layout
    let type = try? PyTypeObject(at: typeObject, in: inferior)
    let base = type?[layout.type.tp_base] ?? .null
    let object = try? PyTypeObject(at: base, in: inferior)
    let mro = type.flatMap { try? PyTupleObject(at: $0[layout.type.tp_mro], in: inferior) }
    let items = mro.map { inferior.pointers(at: $0.items, count: $0.count, limit: 3) }
    return [
      .init(name: "type(type) is type", passes: (try? inferior.typeAddress(of: typeObject)) == typeObject),
      .init(name: "type.__name__ == 'type'", passes: inferior.types.type(at: typeObject)?.name == "type"),
      .init(
        name: "type.__basicsize__ == \(layout.type.heapSize)",
        passes: type?[layout.type.tp_basicsize] == layout.type.heapSize),
      .init(
        name: "type.__itemsize__ == \(layout.memberDefinition.size)",
        passes: type?[layout.type.tp_itemsize] == layout.memberDefinition.size),
      .init(name: "type.__base__ is object", passes: inferior.types.type(at: base)?.name == "object"),
      .init(name: "object.__base__ is None", passes: object?[layout.type.tp_base].isNull ?? false),
      .init(
        name: "object.__basicsize__ == \(layout.object.size)",
        passes: object?[layout.type.tp_basicsize] == layout.object.size),
      .init(name: "type.__mro__ == (type, object)", passes: items == [typeObject, base]),
    ]
  }

  /// The sizes that the built-in types state are those of the layout's structures.
  func sizeChecks() -> [Calibration.Check] {
    let layout = inferior.layout
    let frameHead = layout.interpreterFrame?.localsplus.bytes
    let generator = layout.generator.gi_iframe.flatMap { head in frameHead.map { head.bytes + $0 } }
    let expected: [(String, Int)] = [
      ("int", layout.long.ob_digit.bytes), ("float", layout.float.size), ("complex", layout.complex.size),
      ("str", layout.unicode.size), ("bytes", layout.bytes.ob_sval.bytes + 1), ("bytearray", layout.byteArray.size),
      ("tuple", layout.tuple.ob_item.bytes), ("list", layout.list.size), ("dict", layout.dict.size),
      ("set", layout.set.size), ("frozenset", layout.set.size), ("cell", layout.cell.size),
      ("function", layout.function.size), ("method", layout.method.size), ("module", layout.module.size),
      ("builtin_function_or_method", layout.builtinFunction.size), ("NoneType", layout.object.size),
      ("code", layout.code.co_code_adaptive?.bytes ?? layout.code.size),
      ("generator", generator ?? layout.generator.size), ("coroutine", generator ?? layout.generator.coroutineSize),
      ("async_generator", generator ?? layout.generator.asyncGeneratorSize),
    ]
    return expected.map { name, size in
      .init(name: "\(name).__basicsize__ == \(size)", passes: staticType(name)?.traits.basicSize == size)
    }
  }

  /// The built-in types say of themselves what they are.
  func flagChecks() -> [Calibration.Check] {
    let flags: [(String, TypeFlags)] = [
      ("int", .longSubclass), ("list", .listSubclass), ("tuple", .tupleSubclass), ("bytes", .bytesSubclass),
      ("str", .unicodeSubclass), ("dict", .dictSubclass), ("type", .typeSubclass),
      ("BaseException", .baseExceptionSubclass),
    ]
    return flags.map { name, flag in
      .init(name: "\(name).__flags__ says it is \(name)", passes: staticType(name)?.traits.flags.contains(flag) ?? false)
    }
  }

  /// Classes made by Python code have a dict with readable keys, functions in it, and code with names and lines.
  func classChecks() -> [Calibration.Check] {
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
    let code = function.flatMap { try? PyCodeObject(at: $0.code(in: inferior), in: inferior) }
    return [
      .init(name: "a class has a '__module__'", passes: module.map { !$0.isEmpty } ?? false),
      .init(
        name: "a method has a '__qualname__'", passes: function?.qualifiedName(in: inferior)?.contains(".") ?? false),
      .init(name: "a code object has a 'co_filename'", passes: code?.filename(in: inferior).map { !$0.isEmpty } ?? false),
      .init(name: "a code object's first line is in its table", passes: code.map(hasLines) ?? false),
    ]
  }

  private func hasLines(_ code: PyCodeObject) -> Bool {
    let first = code.firstLine(in: inferior)
    guard first > 0, let line = code.line(atOffset: 0, in: inferior) else { return false }
    return line >= first && line < first + 10_000
  }

  /// `True`, `False` and `None` lie in the interpreter's static data, near `type`.
  func singletonChecks() -> [Calibration.Check] {
    let wanted = ["bool", "NoneType"].compactMap { staticType($0) }
    let needles = TypeAddressSet(wanted.map { ($0.address, $0.traits.number) })
    var values: Set<String> = []
    for chunk in inferior.addressSpace.chunks() where isNearType(chunk.range) && values.count < 3 {
      chunk.forEachHeader(typeIn: needles) { address, number in
        guard Liveness.isReferenceCountValid(of: address, in: inferior) else { return }
        let header = ObjectHeader(address: address, type: inferior.types.traits[Int(number)])
        if case .atom(let text) = header.shape(in: inferior, limit: 0) { values.insert(text) }
      }
    }
    return ["True", "False", "None"].map { .init(name: "\($0) exists", passes: values.contains($0)) }
  }

  private func isNearType(_ range: AddressRange) -> Bool {
    let reach = 8 << 20
    return range.start <= typeObject + reach && typeObject <= range.end + reach
  }
}

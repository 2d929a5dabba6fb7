import MemoryImage

// Objects of `typing`, which are instances of Python classes, as `typing` writes them: Lib/typing.py.
extension AnnotationText {
  /// An object of `typing`, or since 3.14 a `ForwardRef` of `annotationlib`; nil for any other.
  mutating func typing(_ header: ObjectHeader, depth: Int) -> String? {
    let type = inferior.types.types[Int(header.type.number)]
    guard ["typing.", "annotationlib."].contains(where: { type.name.hasPrefix($0) }) else { return nil }
    let attributes = inferior.attributes(of: header.address, limit: 32)
    if let text = attributes["__forward_arg__"] ?? (type.shortName == "ForwardRef" ? attributes["__arg__"] : nil) {
      return reference(text, attributes["__forward_module__"])
    }
    if attributes["__supertype__"] != nil { return qualified(attributes) }
    if type.shortName == "ParamSpecArgs" || type.shortName == "ParamSpecKwargs", let origin = attributes["__origin__"] {
      let name = text(of: origin, depth: depth + 1).drop { "~+-".contains($0) }
      return name + (type.shortName == "ParamSpecArgs" ? ".args" : ".kwargs")
    }
    return alias(type.shortName, attributes, depth: depth) ?? variable(attributes)
  }

  /// `typing.List[int]`, `typing.Optional[int]`, `typing.Callable[[int], str]`; `typing.List` without arguments.
  private mutating func alias(_ type: String, _ attributes: [String: Address], depth: Int) -> String? {
    let own = attributes["_name"].flatMap { inferior.isObject($0, ofKind: .str) ? "typing." + name($0) : nil }
    guard let tuple = attributes["__args__"], !isTrue(attributes["_special"]) else { return own }
    if let metadata = attributes["__metadata__"], let origin = attributes["__origin__"] {
      return "typing.Annotated[\(text(of: origin, depth: depth + 1)), \(join(metadata, separator: ", ", depth: depth))]"
    }
    let arguments = arguments(tuple)
    if type == "_UnpackGenericAlias", let first = arguments.first {
      let inner = text(of: first, depth: depth + 1)
      // 3.11 writes a star; its aliases have an attribute that no later ones have.
      return attributes["_paramspec_tvars"] == nil ? "typing.Unpack[\(inner)]" : "*" + inner
    }
    if type == "_UnionGenericAlias", arguments.count == 2,
      let other = arguments.first(where: { !isTypeOfNone($0) }), arguments.contains(where: { isTypeOfNone($0) })
    {
      return "typing.Optional[\(text(of: other, depth: depth + 1))]"
    }
    guard let shown = own ?? attributes["__origin__"].map({ text(of: $0, depth: depth + 1) }) else { return nil }
    if shown == "typing.Callable" { return shown + call(tuple, depth: depth) }
    return "\(shown)[\(join(tuple, separator: ", ", depth: depth))]"
  }

  /// The arguments of a `Callable`, with the result last: `[[int], str]`, `[..., str]`.
  mutating func call(_ tuple: Address, depth: Int) -> String {
    let arguments = arguments(tuple)
    guard let result = arguments.last, arguments.count != 2 || !isParameters(arguments[0]) else {
      return "[\(join(tuple, separator: ", ", depth: depth))]"
    }
    let items = (try? PyTupleObject(at: tuple, in: inferior))?.items ?? .null
    let first = join(items, count: arguments.count - 1, separator: ", ", depth: depth)
    return "[[\(first)], \(text(of: result, depth: depth + 1))]"
  }

  /// Whether an argument represents any number of parameters: `...`, a `ParamSpec` or a `Concatenate`.
  private func isParameters(_ address: Address) -> Bool {
    ["ellipsis", "ParamSpec", "_ConcatenateGenericAlias"].contains(inferior.typeName(of: address))
  }

  func isTypeOfNone(_ address: Address) -> Bool {
    inferior.types.type(at: address).map { $0.isBuiltin && $0.name == "NoneType" } ?? false
  }

  private func isTrue(_ address: Address?) -> Bool { address.flatMap { inferior.briefText(of: $0) } == "True" }

  /// The greatest number of arguments that are read.
  private static let argumentLimit = 1000

  private func arguments(_ tuple: Address) -> [Address] {
    guard inferior.isObject(tuple, ofKind: .tuple) else { return [] }
    return inferior.items(of: tuple, limit: Self.argumentLimit)
  }

  private func reference(_ text: Address, _ module: Address?) -> String {
    let module = module.flatMap { inferior.isObject($0, ofKind: .str) ? inferior.briefText(of: $0) : nil }
    return "ForwardRef(\(inferior.briefText(of: text) ?? "?")\(module.map { ", module=" + $0 } ?? ""))"
  }

  /// The full name of a type made by `typing.NewType`.
  private func qualified(_ attributes: [String: Address]) -> String? {
    guard let own = attributes["__qualname__"] ?? attributes["__name__"] else { return nil }
    return (attributes["__module__"].map { name($0) + "." } ?? "typing.") + name(own)
  }

  /// The full name of a function.
  func function(_ header: ObjectHeader) -> String? {
    guard let own = inferior.qualifiedName(ofCallable: header.address) else { return nil }
    let module: String?
    if header.type.kind == .function {
      module = (try? PyFunctionObject(header, in: inferior))?.module(in: inferior)
    } else {
      module = (try? PyCFunctionObject(header, in: inferior)).flatMap {
        inferior.isObject($0.module, ofKind: .str) ? inferior.string(at: $0.module) : nil
      }
    }
    guard let module else { return own }
    return module == "builtins" ? own : "\(module).\(own)"
  }
}

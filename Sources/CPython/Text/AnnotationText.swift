import MemoryImage

/// Annotations as they are written in a program: `dict[str, list[~T]]`, `int | None`.
struct AnnotationText {
  let inferior: Inferior
  private let limit: Int
  /// The number of parts that may still be written.
  private var budget = 1000

  /// Whether the type of `None` is written as `None` among the arguments of an alias too, as since unions are objects of
  /// `typing` (3.14).
  private let writesNone: Bool

  /// The depth to which nested aliases are expanded.
  private static let deepest = 8

  init(_ inferior: Inferior, limit: Int) {
    self.inferior = inferior
    self.limit = limit
    writesNone = StructureTable.of(inferior.layout)["typing.Union"] != nil
  }

  mutating func text(of address: Address, depth: Int = 0) -> String {
    budget -= 1
    guard depth < Self.deepest, budget > 0, let header = inferior.object(at: address) else { return "?" }
    let info = inferior.types.types[Int(header.type.number)]
    switch header.type.kind {
    case .type: return inferior.types.type(at: address)?.name ?? info.name
    case .function, .builtinFunction: return function(header) ?? info.name
    case .list:
      guard let list = try? PyListObject(header, in: inferior) else { return info.name }
      return "[\(join(list.items, count: list.count, separator: ", ", depth: depth))]"
    case .tuple:
      guard let tuple = try? PyTupleObject(header, in: inferior) else { return info.name }
      return "(\(join(tuple.items, count: tuple.count, separator: ", ", depth: depth))\(tuple.count == 1 ? ",)" : ")")"
    default: break
    }
    if info.isBuiltin && info.name == "ellipsis" { return "..." }
    guard let object = try? StructureObject(header, in: inferior) else {
      return inferior.briefText(of: address) ?? info.name
    }
    func field(_ name: String) -> Address { object.field(named: name, in: inferior) }
    switch info.structure?.name {
    case "gaobject":
      let origin = text(of: field("origin"), depth: depth + 1)
      // A subclass (Lib/_collections_abc.py).
      if info.shortName == "_CallableGenericAlias" { return origin + call(field("args"), depth: depth) }
      return "\(origin)[\(join(field("args"), separator: ", ", depth: depth, writesNone: writesNone))]"
    case "unionobject": return join(field("args"), separator: " | ", depth: depth, writesNone: true)
    case "typevarobject", "paramspecobject": return variance(of: object) + name(field("name"))
    // Since 3.15 these have a variance too.
    case "typevartupleobject" where !object.numbers(in: inferior).isEmpty:
      return variance(of: object) + name(field("name"))
    case "typevartupleobject", "typealiasobject": return name(field("name"))
    default: return inferior.briefText(of: address) ?? typing(header, depth: depth) ?? info.name
    }
  }

  func name(_ address: Address) -> String {
    inferior.isObject(address, ofKind: .str) ? inferior.string(at: address) ?? "?" : "?"
  }

  /// A type variable of versions in which these were written in Python: before 3.12.
  func variable(_ attributes: [String: Address]) -> String? {
    guard let own = attributes["__name__"] else { return nil }
    func isTrue(_ name: String) -> Bool { attributes[name].flatMap { inferior.briefText(of: $0) } == "True" }
    guard attributes["__covariant__"] != nil else { return name(own) }
    return (isTrue("__covariant__") ? "+" : isTrue("__contravariant__") ? "-" : "~") + name(own)
  }

  /// The items of a tuple.
  ///
  /// - Parameter writesNone: whether the type of `None` is written as `None` (`union_repr_item`, Objects/unionobject.c).
  mutating func join(_ tuple: Address, separator: String, depth: Int, writesNone: Bool = false) -> String {
    guard inferior.isObject(tuple, ofKind: .tuple), let items = try? PyTupleObject(at: tuple, in: inferior) else {
      return ""
    }
    let text = join(items.items, count: items.count, separator: separator, depth: depth, writesNone: writesNone)
    return text.isEmpty && separator == ", " ? "()" : text
  }

  mutating func join(
    _ items: Address, count: Int, separator: String, depth: Int, writesNone: Bool = false
  ) -> String {
    let shown = inferior.pointers(at: items, count: count, limit: limit)
    let rest = count > shown.count ? ["...<\(count - shown.count) more>"] : []
    var texts: [String] = []
    for item in shown where budget > 0 {
      texts.append(writesNone && isTypeOfNone(item) ? "None" : text(of: item, depth: depth + 1))
    }
    return (texts + rest).joined(separator: separator)
  }

  /// `+` for a covariant variable, `-` for a contravariant one, `~` for one that is neither; empty where Python infers it
  /// (`typevar_repr`, Objects/typevarobject.c).
  private func variance(of object: StructureObject) -> String {
    let numbers = Dictionary(object.numbers(in: inferior).map { ($0.name, $0.value) }) { first, _ in first }
    if numbers["infer_variance"] == 1 { return "" }
    return numbers["covariant"] == 1 ? "+" : numbers["contravariant"] == 1 ? "-" : "~"
  }
}

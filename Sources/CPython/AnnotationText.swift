import MemoryImage

/// Annotations as they are written in a program: `dict[str, list[~T]]`, `int | None`.
struct AnnotationText {
  private let inferior: Inferior
  private let limit: Int
  /// How many parts may still be written.
  private var budget = 1000

  /// The deepest alias in an alias that is looked into.
  private static let deepest = 8

  init(_ inferior: Inferior, limit: Int) {
    self.inferior = inferior
    self.limit = limit
  }

  mutating func text(of address: Address, depth: Int = 0) -> String {
    budget -= 1
    guard depth < Self.deepest, budget > 0, let header = inferior.object(at: address) else { return "?" }
    let info = inferior.types.types[Int(header.type.number)]
    if header.type.kind == .type, let type = inferior.types.type(at: address) {
      return type.isBuiltin && type.name == "NoneType" ? "None" : type.name
    }
    if info.isBuiltin && info.name == "ellipsis" { return "..." }
    if header.type.kind == .list, let list = try? PyListObject(header, in: inferior) {
      return "[\(join(list.items, count: list.count, separator: ", ", depth: depth))]"
    }
    guard let object = try? StructureObject(header, in: inferior) else {
      return inferior.briefText(of: address) ?? info.name
    }
    func field(_ name: String) -> Address { object.field(named: name, in: inferior) }
    switch info.structure?.name {
    case "gaobject":
      let origin = text(of: field("origin"), depth: depth + 1)
      return "\(origin)[\(join(field("args"), separator: ", ", depth: depth))]"
    case "unionobject": return join(field("args"), separator: " | ", depth: depth)
    case "typevarobject", "paramspecobject": return variance(of: object) + name(field("name"))
    case "typevartupleobject", "typealiasobject": return name(field("name"))
    default: return inferior.briefText(of: address) ?? variable(header) ?? info.name
    }
  }

  private func name(_ address: Address) -> String {
    inferior.isObject(address, ofKind: .str) ? inferior.string(at: address) ?? "?" : "?"
  }

  /// A type variable of the time when they were written in Python: before 3.12.
  private func variable(_ header: ObjectHeader) -> String? {
    guard inferior.types.types[Int(header.type.number)].name.hasPrefix("typing.") else { return nil }
    let attributes = Instance(header).attributes(in: inferior, limit: 16)
    func attribute(_ name: String) -> Address? {
      for case let field in attributes where field.name == name {
        if case .object(let address) = field.value { return address }
      }
      return nil
    }
    guard let own = attribute("__name__") else { return nil }
    func isTrue(_ name: String) -> Bool { attribute(name).flatMap { inferior.briefText(of: $0) } == "True" }
    guard attribute("__covariant__") != nil else { return name(own) }
    return (isTrue("__covariant__") ? "+" : isTrue("__contravariant__") ? "-" : "~") + name(own)
  }

  /// The items of a tuple.
  private mutating func join(_ tuple: Address, separator: String, depth: Int) -> String {
    guard inferior.isObject(tuple, ofKind: .tuple), let items = try? PyTupleObject(at: tuple, in: inferior) else {
      return ""
    }
    let text = join(items.items, count: items.count, separator: separator, depth: depth)
    return text.isEmpty && separator == ", " ? "()" : text
  }

  private mutating func join(_ items: Address, count: Int, separator: String, depth: Int) -> String {
    let shown = inferior.pointers(at: items, count: count, limit: limit)
    let rest = count > shown.count ? ["...<\(count - shown.count) more>"] : []
    var texts: [String] = []
    for item in shown where budget > 0 { texts.append(text(of: item, depth: depth + 1)) }
    return (texts + rest).joined(separator: separator)
  }

  /// `+` for a covariant variable, `-` for a contravariant one, `~` for one that is neither, nothing where Python works
  /// it out (`typevar_repr`, Objects/typevarobject.c).
  private func variance(of object: StructureObject) -> String {
    let numbers = Dictionary(object.numbers(in: inferior).map { ($0.name, $0.value) }) { first, _ in first }
    if numbers["infer_variance"] == 1 { return "" }
    return numbers["covariant"] == 1 ? "+" : numbers["contravariant"] == 1 ? "-" : "~"
  }
}

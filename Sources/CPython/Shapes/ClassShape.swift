import MemoryImage

/// The shape of instances of Python classes that print in their own way: named tuples, struct sequences, enum members.
struct ClassShape {
  private let header: ObjectHeader
  private let info: TypeInfo

  init(_ header: ObjectHeader, _ info: TypeInfo) {
    self.header = header
    self.info = info
  }

  /// The shape; nil for an instance of any other class.
  func shape(in inferior: Inferior, limit: Int) -> ObjectShape? {
    if header.type.kind == .tuple { return namedTuple(in: inferior, limit: limit) }
    return enumMember(in: inferior)
  }

  /// `<Color.RED: 1>`: an instance of a class whose metaclass is `enum.EnumType`, before 3.11 `EnumMeta`.
  private func enumMember(in inferior: Inferior) -> ObjectShape? {
    guard let metaclass = try? inferior.typeAddress(of: info.address),
      isEnumType(metaclass, in: inferior)
    else { return nil }
    let attributes = Instance(header).attributes(in: inferior, limit: 100)
    func attribute(_ name: String) -> Address? {
      for case let field in attributes where field.name == name {
        if case .object(let address) = field.value { return address }
      }
      return nil
    }
    guard let value = attribute("_value_") else { return nil }
    // A combination of flags may have no name, or an empty one.
    let name = attribute("_name_").flatMap { inferior.isObject($0, ofKind: .str) ? inferior.string(at: $0) : nil } ?? ""
    let suffix = name.isEmpty ? "" : "." + name
    return .composed(
      typeName: info.name, parts: [.text("<\(info.shortName)\(suffix): "), inferior.part(value), .text(">")],
      fields: [])
  }

  private func isEnumType(_ metaclass: Address, in inferior: Inferior) -> Bool {
    var next = metaclass
    for _ in 0..<16 {
      guard let type = inferior.types.type(at: next) else { return false }
      if type.name == "enum.EnumMeta" || type.name == "enum.EnumType" { return true }
      next = type.base
    }
    return false
  }

  /// `Point(x=1, y=2)`: a tuple whose class names its items.
  private func namedTuple(in inferior: Inferior, limit: Int) -> ObjectShape? {
    guard let tuple = try? PyTupleObject(header, in: inferior) else { return nil }
    let items = inferior.pointers(at: tuple.items, count: tuple.count, limit: limit)
    let fieldNames = fieldNames(in: inferior, limit: limit)
    let names = fieldNames ?? memberNames(in: inferior)
    guard !names.isEmpty, names.count <= tuple.count || names.count >= items.count else { return nil }
    // `structseq_repr` writes the full name.
    var parts: [ObjectShape.Part] = [.text((fieldNames == nil ? info.name : info.shortName) + "(")]
    for (index, item) in items.enumerated() {
      let name = index < names.count ? names[index] : nil
      parts += [.text((index == 0 ? "" : ", ") + (name.map { $0 + "=" } ?? "")), inferior.part(item)]
    }
    if tuple.count > items.count { parts.append(.text(", ...<\(tuple.count - items.count) more>")) }
    let attributes = Instance(header).attributes(in: inferior, limit: limit)
    let hidden = Set(names.compactMap { $0 })
    return .composed(
      typeName: info.name, parts: parts + [.text(")")], fields: attributes.filter { !hidden.contains($0.name) })
  }

  /// The names in `_fields` of the class or one of its bases (`collections.namedtuple`).
  private func fieldNames(in inferior: Inferior, limit: Int) -> [String?]? {
    var next = info.address
    for _ in 0..<16 {
      guard let type = try? PyTypeObject(at: next, in: inferior) else { return nil }
      let dict = try? PyDictObject(at: type[inferior.layout.type.tp_dict], in: inferior)
      if let fields = dict?.value(forKey: "_fields", in: inferior), inferior.isObject(fields, ofKind: .tuple),
        let tuple = try? PyTupleObject(at: fields, in: inferior)
      {
        return inferior.pointers(at: tuple.items, count: tuple.count, limit: limit).map { inferior.string(at: $0) }
      }
      next = type[inferior.layout.type.tp_base]
    }
    return nil
  }

  /// The names that the type's members give the items, in sequence as Python's `repr` uses them: items without a name get
  /// the names of later ones (Objects/structseq.c).
  private func memberNames(in inferior: Inferior) -> [String?] {
    inferior.types.walks[Int(header.type.number)].members.prefix(256).map { inferior.types.memberNames[Int($0)] }
  }
}

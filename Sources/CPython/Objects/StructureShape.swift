import MemoryImage

/// The printed form of objects of generated structures: as Python writes them where that says more than the type's name,
/// otherwise their fields.
struct StructureShape {
  let object: StructureObject
  let info: TypeInfo
  let inferior: Inferior
  let limit: Int

  init(of object: StructureObject, _ info: TypeInfo, in inferior: Inferior, limit: Int) {
    self.object = object
    self.info = info
    self.inferior = inferior
    self.limit = limit
  }

  var shape: ObjectShape {
    valueShape ?? callableShape ?? iteratorShape ?? typingShape ?? described()
  }

  /// The object that a field holds, by the field's name in C; null if it is empty.
  func field(_ name: String) -> Address { object.field(named: name, in: inferior) }

  /// A plain number, by the field's name in C; nil if the structure has no such number.
  func number(_ name: String) -> Int? { object.numbers(in: inferior).first { $0.name == name }?.value }

  /// The shape with the type's name, the numbers and the fields.
  ///
  /// - Parameter note: the text in place of the numbers.
  func described(note: String? = nil) -> ObjectShape {
    // A count that became too large for C continues in an object.
    let numbers = object.numbers(in: inferior).filter { $0.value != Int.max }.map { " \($0.name)=\($0.value)" }.joined()
    let held = object.fields(in: inferior).filter { !$0.isWeak }.map { ($0.name, $0.value) }
    return .described(info.name + (note.map { " " + $0 } ?? numbers), fields: fields(held))
  }

  /// The fields that are not null.
  func fields(_ all: [(name: String, value: Address)]) -> [ObjectShape.Field] {
    all.filter { !$0.value.isNull }.map { .init($0.name, object: $0.value) }
  }

  /// `name(1, b=2)`, without arguments that are null.
  func call(
    _ name: String, _ arguments: [Address], named: [(name: String, value: Address)] = [], leftOut: Int = 0,
    fields: [ObjectShape.Field] = []
  ) -> ObjectShape {
    let given = arguments.filter { !$0.isNull }.map { ("", $0) }
    let all = given + named.filter { !$0.value.isNull }.map { ($0.name + "=", $0.value) }
    var parts: [ObjectShape.Part] = [.text(name + "(")]
    for (index, (name, value)) in all.enumerated() {
      parts += [.text((index == 0 ? "" : ", ") + name), inferior.part(value)]
    }
    if leftOut > 0 { parts.append(.text((all.isEmpty ? "" : ", ") + "...<\(leftOut) more>")) }
    return .composed(typeName: info.name, parts: parts + [.text(")")], fields: fields)
  }

  /// The text of a `str`; nil if there is no `str` at the address.
  func string(_ address: Address) -> String? {
    inferior.isObject(address, ofKind: .str) ? inferior.shownString(at: address) : nil
  }

  /// The first items of a tuple, and their number; empty if there is no tuple at the address.
  func items(of address: Address) -> (shown: [Address], count: Int) {
    guard inferior.isObject(address, ofKind: .tuple), let tuple = try? PyTupleObject(at: address, in: inferior) else {
      return ([], 0)
    }
    let shown = inferior.pointers(at: tuple.items, count: tuple.count, limit: limit)
    return (shown, max(shown.count, tuple.count))
  }

  /// The first entries of a dict or of a subclass's instance, and their number; empty if there is no dict at the address.
  func entries(of address: Address) -> (shown: [(key: Address, value: Address)], count: Int) {
    guard let header = inferior.object(at: address), [.dict, .orderedDict].contains(header.type.kind) else {
      return ([], 0)
    }
    switch header.shape(in: inferior, limit: limit) {
    case .mapping(_, _, let entries, let count, _), .instance(_, .mapping(_, _, let entries, let count, _)?, _):
      return (entries, count)
    default: return ([], 0)
    }
  }
}

extension StructureShape {
  private var valueShape: ObjectShape? {
    switch info.structure?.name {
    case "sentinelobject":
      // Without a text of its own a sentinel (PEP 661) is shown by its name.
      let text = string(field("repr")) ?? string(field("name")) ?? "?"
      return .composed(typeName: info.name, parts: [.text(text)], fields: fields([("module", field("module"))]))
    case "PySliceObject": return call("slice", [field("start"), field("stop"), field("step")])
    case "rangeobject":
      let step = field("step")
      return call("range", [field("start"), field("stop")] + (inferior.briefText(of: step) == "1" ? [] : [step]))
    case "mappingproxyobject": return call("mappingproxy", [field("mapping")])
    case "PyWeakReference", "_PyWeakReference": return reference
    case "PyTracebackObject", "_traceback": return traceback
    case let name?
    where name.hasSuffix("ErrorObject") || name.hasPrefix("PyBaseException") || name.hasSuffix("ExitObject")
      || name == "PyStopIterationObject":
      return exception
    default: return nil
    }
  }

  /// A weak reference, or its remains if its object is gone.
  private var reference: ObjectShape {
    let object = field("wr_object")
    let own =
      switch info.shortName {
      case "ProxyType": "weakproxy"
      case "CallableProxyType": "weakcallableproxy"
      case "ReferenceType": "weakref"
      default: info.name
      }
    let callback = fields([("callback", field("wr_callback"))])
    // `None` has no weak references: it means that the object is gone.
    if inferior.isObject(object, ofKind: .none) { return .described("\(own) dead", fields: callback) }
    return .composed(typeName: info.name, parts: [.text("<\(own) to "), .object(object), .text(">")], fields: callback)
  }

  /// A place that an exception passed through: the function and line of the frame.
  private var traceback: ObjectShape {
    let frame = inferior.object(at: field("tb_frame")).flatMap { try? PyFrameObject($0, in: inferior) }
    let code = frame?.frame.flatMap { try? PyCodeObject(at: $0.code, in: inferior) }
    // Since 3.12 the line is computed on request; until then it is -1.
    let line =
      number("tb_lineno").flatMap { $0 >= 0 ? $0 : nil }
      ?? number("tb_lasti").flatMap { code?.line(atOffset: $0, in: inferior) }
    let place = code.map { " \(ObjectShape.quoted($0.name(in: inferior)))\($0.place(line: line, in: inferior))" } ?? ""
    return .described("traceback\(place)", fields: fields(["tb_next", "tb_frame"].map { ($0, field($0)) }))
  }

  /// An exception with its arguments, its cause, and its other attributes.
  private var exception: ObjectShape {
    let (arguments, count) = items(of: field("args"))
    let causes = ["cause", "context", "notes", "traceback"].map { ("__\($0)__", field($0)) }
    let details = ["filename", "filename2", "name", "path", "obj"].map { ($0, field($0)) }
    let showsNames =
      info.structure?.name == "PyImportErrorObject"
      && inferior.layout.exception.importErrorText == .argumentsAndNames
    return call(
      info.shortName, arguments, named: showsNames ? ["name", "path"].map { ($0, field($0)) } : [],
      leftOut: count - arguments.count,
      fields: fields(details.filter { !(showsNames && ["name", "path"].contains($0.0)) } + causes))
  }
}

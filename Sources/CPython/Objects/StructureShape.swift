import MemoryImage

/// How objects of generated structures print: as Python writes them where it says more than the type's name, and else
/// by their fields.
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

  /// What a field holds, by the field's name in C; null if there is nothing.
  func field(_ name: String) -> Address { object.field(named: name, in: inferior) }

  /// A plain number, by the field's name in C; nil if the structure has none of that name.
  func number(_ name: String) -> Int? { object.numbers(in: inferior).first { $0.name == name }?.value }

  /// The type's name, the numbers and the fields.
  ///
  /// - Parameter note: what is said of the object instead of its numbers.
  func described(note: String? = nil) -> ObjectShape {
    // A count that became too large for C goes on in an object of its own.
    let numbers = object.numbers(in: inferior).filter { $0.value != Int.max }.map { " \($0.name)=\($0.value)" }.joined()
    let held = object.fields(in: inferior).filter { !$0.isWeak }.map { ($0.name, $0.value) }
    return .described(info.name + (note.map { " " + $0 } ?? numbers), fields: fields(held))
  }

  /// Those fields that hold something.
  func fields(_ all: [(name: String, value: Address)]) -> [ObjectShape.Field] {
    all.filter { !$0.value.isNull }.map { .init($0.name, object: $0.value) }
  }

  /// `name(1, b=2)` of what is given; what is null is not.
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

  /// The first items of a tuple, and how many it has; none if there is no tuple at the address.
  func items(of address: Address) -> (shown: [Address], count: Int) {
    guard inferior.isObject(address, ofKind: .tuple), let tuple = try? PyTupleObject(at: address, in: inferior) else {
      return ([], 0)
    }
    let shown = inferior.pointers(at: tuple.items, count: tuple.count, limit: limit)
    return (shown, max(shown.count, tuple.count))
  }

  /// The first entries of a dict, also one of a subclass, and how many it has; none if there is no dict at the address.
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

  /// A weak reference, or what is left of it when its object has gone.
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
    // `None` has no weak references: it stands for what is no more.
    if inferior.isObject(object, ofKind: .none) { return .described("\(own) dead", fields: callback) }
    return .composed(typeName: info.name, parts: [.text("<\(own) to "), .object(object), .text(">")], fields: callback)
  }

  /// Where an exception passed: the function and line of the frame.
  private var traceback: ObjectShape {
    let frame = inferior.object(at: field("tb_frame")).flatMap { try? PyFrameObject($0, in: inferior) }
    let code = frame?.frame.flatMap { try? PyCodeObject(at: $0.code, in: inferior) }
    // Since 3.12 the line is worked out when it is asked for; until then it is -1.
    let line =
      number("tb_lineno").flatMap { $0 >= 0 ? $0 : nil }
      ?? number("tb_lasti").flatMap { code?.line(atOffset: $0, in: inferior) }
    let place = code.map { " \(ObjectShape.quoted($0.name(in: inferior)))\($0.place(line: line, in: inferior))" } ?? ""
    return .described("traceback\(place)", fields: fields(["tb_next", "tb_frame"].map { ($0, field($0)) }))
  }

  /// An exception with its arguments; what it was raised from, and what more it knows of its cause.
  private var exception: ObjectShape {
    let (arguments, count) = items(of: field("args"))
    let causes = ["cause", "context", "notes", "traceback"].map { ("__\($0)__", field($0)) }
    let details = ["filename", "filename2", "name", "path", "obj"].map { ($0, field($0)) }
    return call(info.shortName, arguments, leftOut: count - arguments.count, fields: fields(details + causes))
  }
}

import MemoryImage

extension StructureShape {
  /// The shape of a wrapped function or of a descriptor that looks up attributes.
  var callableShape: ObjectShape? {
    switch info.structure?.name {
    case "staticmethod": call("staticmethod", [field("sm_callable")])
    case "classmethod": call("classmethod", [field("cm_callable")])
    case "propertyobject":
      call(
        info.name, [], named: ["get", "set", "del"].map { ("f" + $0, field("prop_" + $0)) },
        fields: fields([("doc", field("prop_doc"))]))
    case "PyMethodDescrObject": descriptor("method")
    case "PyGetSetDescrObject": descriptor("attribute")
    case "PyMemberDescrObject": descriptor("member")
    case "PyWrapperDescrObject": descriptor("slot wrapper")
    case "wrapperobject": methodWrapper
    case "partialobject": call(info.name, first: [field("fn")], arguments: field("args"), keywords: field("kw"))
    case "itemgetterobject" where number("nitems") != 1: call(info.name, first: [], arguments: field("item"))
    case "itemgetterobject": call(info.name, [field("item")])
    case "attrgetterobject": attributeGetter
    // In 3.13 the arguments begin with the name.
    case "methodcallerobject" where !field("xargs").isNull:
      call(info.name, first: [], arguments: field("xargs"), keywords: field("kwds"))
    case "methodcallerobject":
      call(info.name, first: [field("name")], arguments: field("args"), keywords: field("kwds"))
    case "PyLazyImportObject": lazyImport
    case "TaskStepMethWrapper": stepper(of: field("sw_task"))
    case "TaskWakeupMethWrapper": stepper(of: field("ww_task"))
    case "lru_list_elem":
      .composed(
        typeName: info.name,
        parts: [
          .text("<\(info.name) key="), inferior.part(field("key")), .text(" result="), inferior.part(field("result")),
          .text(">"),
        ], fields: [])
    default: nil
    }
  }

  /// A call whose arguments are in a tuple and a dict.
  private func call(_ name: String, first: [Address], arguments: Address, keywords: Address = .null) -> ObjectShape {
    let (positional, count) = items(of: arguments)
    let (named, namedCount) = entries(of: keywords)
    return call(
      name, first + positional, named: named.map { (string($0.key) ?? "?", $0.value) },
      leftOut: count - positional.count + namedCount - named.count)
  }

  /// `<method 'upper' of 'str' objects>` (Objects/descrobject.c).
  private func descriptor(_ what: String) -> ObjectShape {
    let type = field("d_type")
    let name = ObjectShape.quoted(string(field("d_name")))
    return .described(
      "\(what) \(name) of \(ObjectShape.quoted(inferior.types.type(at: type)?.name)) objects",
      fields: fields([("d_type", type)]))
  }

  private var methodWrapper: ObjectShape {
    let descriptor = inferior.object(at: field("descr")).flatMap { try? StructureObject($0, in: inferior) }
    let name = descriptor.flatMap { string($0.field(named: "d_name", in: inferior)) }
    let owner = inferior.object(at: field("self")).map { inferior.types.types[Int($0.type.number)].name }
    return .described(
      "method-wrapper \(ObjectShape.quoted(name)) of \(owner ?? "?") object",
      fields: fields(["self", "descr"].map { ($0, field($0)) }))
  }

  /// `<lazy_import 'collections.deque'>`: what is imported when its name is first used (PEP 810).
  private var lazyImport: ObjectShape {
    let (from, attribute) = (field("lz_from"), field("lz_attr"))
    // Of `from module import name`, the part for a name refers to the part for the module.
    let module =
      string(from)
      ?? inferior.object(at: from).flatMap { try? StructureObject($0, in: inferior) }
      .flatMap { string($0.field(named: "lz_from", in: inferior)) } ?? "?"
    let name = string(attribute).map { "." + $0 } ?? (attribute.isNull ? "" : "...")
    return .described("\(info.name) \(ObjectShape.quoted(module + name))", fields: fields([("lz_attr", attribute)]))
  }

  /// The callable with which an event loop resumes a task.
  private func stepper(of task: Address) -> ObjectShape {
    .composed(
      typeName: info.name, parts: [.text("<\(info.name) of "), .object(task), .text(">")],
      fields: fields([("arg", field("sw_arg"))]))
  }

  /// `operator.attrgetter('name', 'other.name')`: names with a dot are kept as tuples.
  private var attributeGetter: ObjectShape {
    let (attributes, count) = items(of: field("attr"))
    let names = attributes.map { attribute in
      ObjectShape.quoted(
        string(attribute) ?? items(of: attribute).shown.map { string($0) ?? "?" }.joined(separator: "."))
    }
    return .values(typeName: info.name, open: info.name + "(", items: names, count: count, close: ")")
  }
}

import MemoryImage

/// How objects of generated structures print where Python writes more than the type's name.
struct StructureShape {
  private let info: TypeInfo

  init(of info: TypeInfo) {
    self.info = info
  }

  /// The shape, or nil for a type that prints as its name and fields.
  func shape(named field: (String) -> Address, in inferior: Inferior, limit: Int) -> ObjectShape? {
    switch info.structure?.name {
    case "PySliceObject": call("slice", [field("start"), field("stop"), field("step")])
    case "rangeobject": call("range", [field("start"), field("stop"), field("step")])
    case "staticmethod": call("staticmethod", [field("sm_callable")])
    case "classmethod": call("classmethod", [field("cm_callable")])
    case "mappingproxyobject": call("mappingproxy", [field("mapping")])
    case "PyWeakReference": reference(to: field("wr_object"))
    case let name? where name.hasSuffix("ErrorObject") || name.hasPrefix("PyBaseException") || name.hasSuffix("ExitObject")
      || name == "PyStopIterationObject":
      exception(field, in: inferior, limit: limit)
    default: nil
    }
  }

  private func call(_ name: String, _ arguments: [Address]) -> ObjectShape {
    let given = arguments.filter { !$0.isNull }
    return .sequence(typeName: info.name, open: name + "(", items: given, count: given.count, close: ")")
  }

  /// A weak reference, or what is left of it when its object has gone.
  private func reference(to object: Address) -> ObjectShape {
    .sequence(typeName: info.name, open: "<\(info.shortName) to ", items: [object], count: 1, close: ">")
  }

  /// An exception with its arguments, and what it was raised from.
  private func exception(_ field: (String) -> Address, in inferior: Inferior, limit: Int) -> ObjectShape {
    let tuple = try? PyTupleObject(at: field("args"), in: inferior)
    let items = tuple.map { inferior.pointers(at: $0.items, count: $0.count, limit: limit) } ?? []
    let value = ObjectShape.sequence(
      typeName: info.name, open: info.shortName + "(", items: items, count: tuple?.count ?? 0, close: ")")
    let causes = ["cause", "context", "notes", "traceback"].map { ($0, field($0)) }.filter { !$0.1.isNull }
    return .composed(
      typeName: info.name, parts: [.shape(value)], fields: causes.map { .init("__\($0.0)__", object: $0.1) })
  }
}

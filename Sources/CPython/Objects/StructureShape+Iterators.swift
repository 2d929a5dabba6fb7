import MemoryImage

extension StructureShape {
  /// The shape of an iterator or of a view of a dict.
  var iteratorShape: ObjectShape? {
    switch info.structure?.name {
    case "_PyDictViewObject": return view
    case "countobject": return count
    case "repeatobject":
      let times = number("cnt") ?? -1
      return .composed(
        typeName: info.name,
        parts: [.text("repeat("), inferior.part(field("element")), .text(times < 0 ? ")" : ", \(times))")], fields: [])
    // A cycle whose iterator is exhausted continues with what it saved.
    case "cycleobject": return nil
    default:
      let source = object.fields(in: inferior).first { Self.sources.contains($0.name) }
      // A reversed iterator ends before the first item.
      let isBeforeStart = (number("it_index") ?? 0) < 0
      return source?.value.isNull == true || isBeforeStart ? described(note: "exhausted") : nil
    }
  }

  /// The fields for the object that is iterated over, which iterators clear at its end.
  private static let sources: Set = [
    "it_seq", "it_callable", "di_dict", "di_odict", "si_set", "seq", "ao", "so", "source", "it",
  ]

  /// `dict_keys(['one', 'two'])`; the items are written as a dict's.
  private var view: ObjectShape {
    let (entries, count) = entries(of: field("dv_dict"))
    let name = info.shortName
    if name.hasSuffix("items") {
      return .mapping(typeName: info.name, open: "\(name)({", entries: entries, count: count, close: "})")
    }
    let items = name.hasSuffix("keys") ? entries.map(\.key) : entries.map(\.value)
    return .sequence(typeName: info.name, open: "\(name)([", items: items, count: count, close: "])")
  }

  /// `count(5)`: a C number as long as it fits, then an object.
  private var count: ObjectShape {
    let (large, step) = (field("long_cnt"), inferior.part(field("long_step")))
    let start: ObjectShape.Part = large.isNull ? .text(String(number("cnt") ?? 0)) : inferior.part(large)
    var parts: [ObjectShape.Part] = [.text("count("), start]
    if inferior.briefText(of: field("long_step")) != "1" { parts += [.text(", "), step] }
    return .composed(typeName: info.name, parts: parts + [.text(")")], fields: [])
  }
}

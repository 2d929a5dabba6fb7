import MemoryImage

/// A type's name as `repr` writes it.
struct TypeName {
  /// `module.qualname`, or the bare name for types of `builtins`.
  let full: String
  /// The name without its module.
  let short: String
  /// Whether the type is a static one, whose whole name is in `tp_name`.
  let isStatic: Bool

  /// The name of the type object at `address` (`type_repr`, Objects/typeobject.c).
  init(of address: Address, in inferior: Inferior) {
    let layout = inferior.layout.type
    guard let type = try? PyTypeObject(at: address, in: inferior) else {
      (full, short, isStatic) = ("?", "?", true)
      return
    }
    let bytes = try? inferior.memory.cString(at: type[layout.tp_name], limit: 1024)
    let name = bytes.map { String(decoding: $0, as: UTF8.self) } ?? "?"
    isStatic = !type.flags(in: inferior).contains(.heapType)
    let lastDot = name.lastIndex(of: ".")
    guard !isStatic else {
      full = name
      short = lastDot.map { String(name[name.index(after: $0)...]) } ?? name
      return
    }
    let qualifiedName = inferior.string(at: type[layout.ht_qualname]) ?? name
    let dict = try? PyDictObject(at: type[layout.tp_dict], in: inferior)
    let module = dict?.value(forKey: "__module__", in: inferior).flatMap { inferior.string(at: $0) }
    short = qualifiedName
    if let module, module != "builtins" {
      full = "\(module).\(qualifiedName)"
    } else {
      full = qualifiedName
    }
  }
}

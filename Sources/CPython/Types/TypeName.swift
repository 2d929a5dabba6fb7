import MemoryImage

/// A type's name as `repr` writes it.
struct TypeName {
  /// `module.qualname`, or the bare name for types of `builtins`.
  let full: String
  /// The name without its module.
  let short: String
  /// The text of `tp_name`: the full name of a type made by C code, the bare one of a class.
  let inC: String
  /// Whether the type is static, with its full name in `tp_name`.
  let isStatic: Bool
  /// Whether C code gave the name; that of a class is the text of its `ht_name`.
  let isFromC: Bool

  /// The placeholder for a name that is not in the dump.
  static let unknown = "?"

  /// The name of the type object at `address` (`type_repr`, Objects/typeobject.c).
  ///
  /// - Parameter known: the type's name, if its text is not in the dump.
  init(of address: Address, known: String? = nil, in inferior: Inferior) {
    let layout = inferior.layout.type
    guard let type = try? PyTypeObject(at: address, in: inferior) else {
      (full, short, inC, isStatic, isFromC) = (Self.unknown, Self.unknown, Self.unknown, true, false)
      return
    }
    isStatic = !type.flags(in: inferior).contains(.heapType)
    isFromC = !Self.isOfClass(type, in: inferior)
    let bytes = try? inferior.memory.cString(at: type[layout.tp_name], limit: 1024)
    let text = isFromC ? bytes.map { ForeignText.text(utf8: $0) } : inferior.shownString(at: type[layout.ht_name])
    let name = text ?? known ?? Self.unknown
    // In bytes, as a hostile dump may have a million long names.
    let lastDot = name.utf8.lastIndex(of: UInt8(ascii: "."))
    guard !isStatic else {
      inC = name
      full = name
      short = lastDot.map { String(name[name.utf8.index(after: $0)...]) } ?? name
      return
    }
    let qualifiedName = inferior.shownString(at: type[layout.ht_qualname]) ?? name
    let dict = try? PyDictObject(at: type[layout.tp_dict], in: inferior)
    let module = dict?.value(forKey: "__module__", in: inferior).flatMap { inferior.string(at: $0) }
    // Without the text of `tp_name`, a type made by C code at run time has the same full name.
    inC = bytes == nil ? (module.map { "\($0).\(qualifiedName)" } ?? qualifiedName) : name
    // If the dict has no name of a module, for example because it has a descriptor for instances, `repr` uses `tp_name`.
    if let module, module != "builtins" {
      short = qualifiedName
      full = "\(module).\(qualifiedName)"
    } else {
      short = lastDot == nil && bytes != nil ? name : qualifiedName
      full = bytes == nil ? qualifiedName : name
    }
  }

  /// Whether a type is a Python class: the bytes of its name are those of its `ht_name`.
  static func isOfClass(_ type: PyTypeObject, in inferior: Inferior) -> Bool {
    let layout = inferior.layout.type
    return type.flags(in: inferior).contains(.heapType)
      && isText(type[layout.tp_name], of: type[layout.ht_name], in: inferior)
      && (try? PyUnicodeObject(at: type[layout.ht_name], in: inferior))?.invalidReason(in: inferior) == nil
  }

  /// Whether the bytes at `text` are those that `PyUnicode_AsUTF8` returns for the string.
  private static func isText(_ text: Address, of string: Address, in inferior: Inferior) -> Bool {
    let layout = inferior.layout.unicode
    if text == string + layout.asciiSize { return true }
    let utf8: Address? = try? inferior.memory.load(at: string + layout.utf8.bytes)
    return text == utf8
  }
}

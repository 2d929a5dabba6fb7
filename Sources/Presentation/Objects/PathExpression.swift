package import CPython
package import HeapAnalysis
import MemoryImage

/// Writes a path from a root as a Python expression that evaluates, in the process, to the object at its end.
///
/// The expression uses the names `sys`, `builtins` and `gc`. What has no attribute and no index is chosen by its `id`.
package struct PathExpression: Sendable {
  private let inferior: Inferior
  private let parts: ReferentPartText

  /// A longer expression is none that anybody reads, in characters.
  private static let lengthLimit = 4096

  package init(_ inferior: Inferior) {
    self.inferior = inferior
    parts = ReferentPartText(inferior)
  }

  /// The expression for a path; nil if its root or one of its steps has none.
  package func text(of path: RootPath) -> String? { text(of: path, start: start(of: path.root)) }

  /// The same for a path from a variable of a frame, evaluated in that frame: `client.pending[3]`.
  package func textInFrame(of path: RootPath) -> String? { text(of: path, start: variable(of: path)) }

  private func text(of path: RootPath, start: Place?) -> String? {
    guard path.omittedCount == 0, let first = path.steps.first, var place = start else { return nil }
    var holder = first.object
    for step in path.steps.dropFirst() {
      guard step.kind != .probable, step.frame == nil, let next = self.place(of: step, in: holder, at: place) else {
        return nil
      }
      place = next
      guard (place.text ?? place.namespace ?? "").utf8.count < Self.lengthLimit else { return nil }
      holder = step.object
    }
    return place.text ?? place.namespace.map { $0 + ".__dict__" }
  }
}

/// What an expression has come to.
private struct Place {
  /// The expression of the object; nil for the dict of a class, which has none.
  var text: String?
  /// The expression of what has the object as its namespace: `app` for `app.__dict__`; nil if it is no namespace.
  var namespace: String?
  /// The owner of the namespace; nil for a module of the interpreter itself.
  var owner: ObjectHeader?
}

extension PathExpression {
  private func start(of root: GraphRoot) -> Place? {
    switch root {
    case .modules(let interpreter) where interpreter.isMain: Place(text: "sys.modules")
    case .sysdict(let interpreter) where interpreter.isMain: Place(text: "sys.__dict__", namespace: "sys")
    case .builtins(let interpreter) where interpreter.isMain: Place(text: "builtins.__dict__", namespace: "builtins")
    default: nil
    }
  }

  /// The variable of a frame with which a path begins; nil if it begins elsewhere.
  private func variable(of path: RootPath) -> Place? {
    guard let first = path.steps.first, let part = first.parts.first, first.object.type.kind != .cell else { return nil }
    let name: String
    switch path.root {
    case .stackFrame(let frame, _): name = parts.text(of: part, inFrameOf: frame.frame.code)
    case .frameObject(_, let header, _): name = parts.text(of: part, in: header)
    default: return nil
    }
    let variable = String(name.dropFirst(6))
    return name.hasPrefix("local ") && Self.isPlainName(variable) ? Place(text: variable) : nil
  }

  /// The place of the next object of a path; nil if no expression leads to it.
  private func place(of step: RootPath.Step, in holder: ObjectHeader, at place: Place) -> Place? {
    for part in step.parts {
      if let next = self.place(by: part, of: step.object, in: holder, at: place) { return next }
    }
    guard step.kind == .visited, let text = place.text else { return nil }
    return Place(text: choice(of: step.object, from: "gc.get_referents(\(text))"))
  }

  private func place(by part: ReferentPart, of object: ObjectHeader, in holder: ObjectHeader, at place: Place) -> Place? {
    switch (holder.type.kind, part) {
    case (.dict, .value(let key)), (.orderedDict, .value(let key)), (.defaultDict, .value(let key)):
      return value(of: key, object, in: holder, at: place)
    case (.dict, .key), (.set, .key), (.orderedDict, .key), (.defaultDict, .key):
      return place.text.map { Place(text: choice(of: object, from: $0)) }
    case (.list, .item(let index)): return place.text.map { Place(text: item(index, "list", of: holder, $0)) }
    case (.tuple, .item(let index)): return place.text.map { Place(text: item(index, "tuple", of: holder, $0)) }
    case (.deque, .item(let index)): return place.text.map { Place(text: item(index, nil, of: holder, $0)) }
    case (_, .attribute(let number)):
      guard let text = place.text, let name = attribute(number, of: holder) else { return nil }
      return attribute(name, of: holder, text).map { Place(text: $0) }
    case (_, .member): return member(parts.text(of: part, in: holder), of: holder, at: place)
    case (_, .variable): return variable(part, object, of: holder, at: place)
    case (_, .field(let field)): return self.field(field.description, object, of: holder, at: place)
    case (_, .structureField): return self.field(parts.text(of: part, in: holder), object, of: holder, at: place)
    default: return nil
    }
  }
}

// Dicts and attributes.
extension PathExpression {
  private func value(of key: Address, _ object: ObjectHeader, in dict: ObjectHeader, at place: Place) -> Place? {
    if let namespace = place.namespace, !isLazyImport(object), let name = exactString(at: key) {
      if let owner = place.owner {
        if owner.type.kind == .type { return Place(text: "\(namespace).__dict__[\(PythonText.quoted(name))]") }
        if let text = attribute(name, of: owner, namespace) { return Place(text: text) }
      } else if Self.isPlainName(name) {
        return Place(text: "\(namespace).\(name)")
      }
    }
    guard let text = place.text ?? place.namespace.map({ $0 + ".__dict__" }) else { return nil }
    guard let literal = literal(at: key) else {
      return Place(text: "next(v for k, v in \(text).items() if id(k) == \(hexadecimal(key)))")
    }
    let overrides = inferior.classAttribute("__getitem__", ofType: type(of: dict)) != nil
    return Place(text: overrides ? "dict.__getitem__(\(text), \(literal))" : "\(text)[\(literal)]")
  }

  /// Whether an object stands for a module that is imported when an attribute is read (PEP 810); a dict returns it as it is.
  private func isLazyImport(_ object: ObjectHeader) -> Bool {
    let type = inferior.types.types[Int(object.type.number)]
    return type.isBuiltin && type.shortName == "lazy_import"
  }

  /// The expression for an attribute that an instance keeps in its dict or in itself; nil for a class, or a name that is
  /// not a string.
  private func attribute(_ name: String, of owner: ObjectHeader, _ text: String) -> String? {
    guard owner.type.kind != .type else { return nil }
    let type = type(of: owner)
    if inferior.classAttribute("__getattribute__", ofType: type) != nil {
      return "object.__getattribute__(\(text), \(PythonText.quoted(name)))"
    }
    let isShadowed = inferior.classAttribute(name, ofType: type).map { !isPlainValue($0) } ?? false
    guard Self.isPlainName(name), !isShadowed else { return "\(text).__dict__[\(PythonText.quoted(name))]" }
    return "\(text).\(name)"
  }

  /// Whether a class's attribute gives way to one of the same name of an instance: a descriptor with `__set__` does not.
  private func isPlainValue(_ address: Address) -> Bool {
    switch inferior.object(at: address)?.type.kind {
    case .none?, .bool?, .int?, .float?, .str?, .bytes?, .tuple?, .list?, .dict?, .set?, .function?: true
    default: false
    }
  }

  private func attribute(_ number: Int, of holder: ObjectHeader) -> String? {
    let keys = inferior.types.walks[Int(holder.type.number)].sharedKeys
    guard let key = try? PyDictKeys(at: keys, in: inferior).key(number, in: inferior) else { return nil }
    return exactString(at: key)
  }

  private func member(_ text: String, of holder: ObjectHeader, at place: Place) -> Place? {
    guard let holderText = place.text, text.hasPrefix("."), Self.isPlainName(String(text.dropFirst())) else { return nil }
    // A slot of a base may be hidden by one of the class.
    let name = String(text.dropFirst())
    let count = inferior.types.walks[Int(holder.type.number)].members.filter { inferior.types.memberNames[Int($0)] == name }
      .count
    return count == 1 ? Place(text: holderText + text) : nil
  }
}

// Items, fields and variables.
extension PathExpression {
  private func item(_ index: Int, _ type: String?, of holder: ObjectHeader, _ text: String) -> String {
    guard let type, inferior.classAttribute("__getitem__", ofType: self.type(of: holder)) != nil else {
      return "\(text)[\(index)]"
    }
    return "\(type).__getitem__(\(text), \(index))"
  }

  /// The attributes that return the object in a field, by the field's name in CPython.
  private static let attributes: [String: String] = [
    "func_closure": "__closure__", "func_defaults": "__defaults__", "func_kwdefaults": "__kwdefaults__",
    "func_globals": "__globals__", "func_code": "__code__", "func_name": "__name__", "func_qualname": "__qualname__",
    "func_module": "__module__", "func_doc": "__doc__", "im_func": "__func__", "im_self": "__self__", "m_self": "__self__",
    "ob_ref": "cell_contents", "tp_mro": "__mro__", "tp_bases": "__bases__", "tp_base": "__base__", "ht_name": "__name__",
    "ht_qualname": "__qualname__", "co_consts": "co_consts", "co_names": "co_names", "co_filename": "co_filename",
    "co_name": "co_name", "co_qualname": "co_qualname", "prop_get": "fget", "prop_set": "fset", "prop_del": "fdel",
    "sm_callable": "__func__", "cm_callable": "__func__", "gi_frame": "gi_frame", "gi_code": "gi_code",
    "tb_frame": "tb_frame", "tb_next": "tb_next",
  ]

  private func field(_ name: String, _ object: ObjectHeader, of holder: ObjectHeader, at place: Place) -> Place? {
    guard let text = place.text else { return nil }
    if name == "ob_type" { return Place(text: "type(\(text))") }
    let isNamespace = name == "__dict__" || name == "md_dict" || name == "tp_dict"
    guard isNamespace else {
      guard let attribute = Self.attributes[name] else { return nil }
      guard holder.type.kind != .coroutine && holder.type.kind != .asyncGenerator else { return nil }
      return Place(text: "\(text).\(attribute)")
    }
    let isClass = holder.type.kind == .type
    let own = isClass ? choice(of: object, from: "gc.get_referents(\(text).__dict__)") : "\(text).__dict__"
    return Place(text: own, namespace: text, owner: holder)
  }

  private func variable(_ part: ReferentPart, _ object: ObjectHeader, of holder: ObjectHeader, at place: Place) -> Place? {
    let frames: [ObjectKind: String] = [
      .generator: ".gi_frame", .coroutine: ".cr_frame", .asyncGenerator: ".ag_frame", .frame: "",
    ]
    let name = parts.text(of: part, in: holder)
    guard let text = place.text, let frame = frames[holder.type.kind], object.type.kind != .cell, name.hasPrefix("local "),
      Self.isPlainName(String(name.dropFirst(6)))
    else { return nil }
    return Place(text: "\(text)\(frame).f_locals[\(PythonText.quoted(String(name.dropFirst(6))))]")
  }
}

// Literals.
extension PathExpression {
  private func choice(of object: ObjectHeader, from text: String) -> String {
    "next(x for x in \(text) if id(x) == \(hexadecimal(object.address)))"
  }

  private func hexadecimal(_ address: Address) -> String { "0x" + String(address.rawValue, radix: 16) }

  private func type(of header: ObjectHeader) -> Address { inferior.types.types[Int(header.type.number)].address }

  /// The text of a `str` that is no instance of a subclass; nil for anything else, or if it is long.
  private func exactString(at address: Address) -> String? {
    guard let header = inferior.object(at: address), header.type.kind == .str, isExact(header) else { return nil }
    return inferior.string(at: address, limit: 256)
  }

  private func isExact(_ header: ObjectHeader) -> Bool { inferior.types.types[Int(header.type.number)].isOfOwnKind }

  /// The literal of a key that a dict finds by its value; nil if there is none.
  private func literal(at key: Address) -> String? {
    guard let header = inferior.object(at: key), isExact(header) else { return nil }
    switch header.type.kind {
    case .str: return exactString(at: key).map { PythonText.quoted($0) }
    case .int: return inferior.integer(at: key).map(String.init)
    case .bool: return inferior.integer(at: key).map { $0 == 0 ? "False" : "True" }
    case .none: return "None"
    default: return nil
    }
  }

  /// Whether a name can follow a dot, and means what is in the namespace: names with two underscores are the type's own.
  private static func isPlainName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first), !name.hasPrefix("__"), !keywords.contains(name) else {
      return false
    }
    return name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
    }
  }

  private static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield",
  ]
}

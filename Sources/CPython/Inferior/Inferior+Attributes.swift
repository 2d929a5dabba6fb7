package import MemoryImage

extension Inferior {
  /// The attributes that an instance keeps itself, by name. Of attributes with one name, the last counts. Empty if the
  /// object is not an instance.
  package func attributes(of address: Address, limit: Int = 256) -> [String: Address] {
    guard let header = object(at: address) else { return [:] }
    var found: [String: Address] = [:]
    for attribute in Instance(header).attributes(in: self, limit: limit) {
      if case .object(let value) = attribute.value { found[attribute.name] = value }
    }
    return found
  }

  /// A field of an object whose C structure a generated table describes, such as `wr_object`; nil if it has no such field.
  package func structureField(_ name: String, of address: Address) -> Address? {
    guard let header = object(at: address) else { return nil }
    for number in types.walks[Int(header.type.number)].fields where types.fieldNames[Int(number)] == name {
      return try? memory.load(at: address + types.fields[Int(number)].offset)
    }
    return nil
  }

  /// The name of an object's type without its module; nil if there is no object.
  package func typeName(of address: Address) -> String? {
    object(at: address).map { types.types[Int($0.type.number)].shortName }
  }

  /// The value of an `int` that fits into a word; nil for any other object.
  package func integer(at address: Address) -> Int? {
    guard let header = object(at: address), header.type.kind == .int || header.type.kind == .bool else { return nil }
    return (try? PyLongObject(at: address, in: self))?.smallValue(in: self)
  }

  /// A variable of a module of an interpreter; nil if there is none.
  package func variable(_ name: String, ofModule module: String, in interpreter: InterpreterState) -> Address? {
    guard let modules = dict(at: interpreter.modules), let found = modules.value(forKey: module, in: self),
      let header = object(at: found), header.type.kind == .module, let object = try? PyModuleObject(header, in: self)
    else { return nil }
    return dict(at: object.dict)?.value(forKey: name, in: self)
  }

  /// The dict at an address; nil if there is none.
  package func dict(at address: Address) -> PyDictObject? {
    guard isObject(address, ofKind: .dict) else { return nil }
    return try? PyDictObject(at: address, in: self)
  }

  /// The items of a `list`, `tuple`, `set`, `frozenset` or `deque`, up to `limit`; empty for any other object.
  package func items(of address: Address, limit: Int = 1 << 24) -> [Address] {
    guard let header = object(at: address) else { return [] }
    switch header.type.kind {
    case .list, .tuple, .set, .deque: break
    default: return []
    }
    if case .sequence(_, _, let items, _, _) = builtInShape(of: header, limit: limit) { return items }
    return []
  }

  /// The number of items of a `list`, `tuple`, `set`, `frozenset` or `deque`; 0 for any other object.
  package func itemCount(of address: Address) -> Int {
    if let header = object(at: address), case .sequence(_, _, _, let count, _) = builtInShape(of: header, limit: 0) {
      return count
    }
    return 0
  }

  /// The shape of the container that an object begins with, also for an instance of a subclass.
  private func builtInShape(of header: ObjectHeader, limit: Int) -> ObjectShape? {
    switch header.type.kind {
    case .list: (try? PyListObject(header, in: self))?.shape(in: self, limit: limit)
    case .tuple: (try? PyTupleObject(header, in: self))?.shape(in: self, limit: limit)
    case .set: (try? PySetObject(header, in: self))?.shape(in: self, limit: limit)
    case .deque: (try? DequeObject(header, in: self))?.shape(in: self, limit: limit)
    default: nil
    }
  }
}

package import MemoryImage

/// The parts of an object that its type adds to the built-in structure it begins with: attributes in a `__dict__`,
/// in inline values, or in named fields such as `__slots__`.
package struct Instance: Sendable {
  private let header: ObjectHeader

  package init(_ header: ObjectHeader) {
    self.header = header
  }

  /// Where the pointer to the `__dict__` lies in an object of a type with managed dicts: three words before it
  /// (`MANAGED_DICT_OFFSET`, Include/internal/pycore_object.h). Since 3.12.
  private static let managedDictOffset = -24

  /// The address of the instance's `__dict__`; null if it has none, or keeps its attributes in itself.
  package func dict(in inferior: Inferior) -> Address {
    guard let pointer = dictPointer(in: inferior) else { return .null }
    return (try? inferior.memory.load(at: pointer)) ?? .null
  }

  private func dictPointer(in inferior: Inferior) -> Address? {
    let type = header.type
    if type.flags.contains(.managedDict) { return header.address + Self.managedDictOffset }
    if type.dictOffset >= 0 { return type.dictOffset == 0 ? nil : header.address + type.dictOffset }
    // A negative offset counts from the end of an object of variable size (`_PyObject_ComputedDictPointer`).
    guard let count: Int = try? inferior.memory.load(at: header.address + inferior.layout.object.ob_size.bytes),
      count.magnitude < 1 << 40
    else { return nil }
    let size = (type.basicSize &+ Int(count.magnitude) &* type.itemSize &+ 7) & ~7
    return header.address + (size &+ type.dictOffset)
  }

  /// The instance's attributes that lie in itself, behind its fields: keys and values in the order of insertion; nil if
  /// the type has none or the instance has a dict of its own instead.
  package func inlineValues(in inferior: Inferior) -> [(key: Address, value: Address)]? {
    let type = header.type
    guard type.flags.contains(.inlineValues) else { return nil }
    let typeAddress = inferior.types.types[Int(type.number)].address
    guard let object = try? PyTypeObject(at: typeAddress, in: inferior), type.flags.contains(.heapType),
      let keys = try? PyDictKeys(at: object[inferior.layout.type.ht_cached_keys], in: inferior),
      let values = try? PyDictValues(at: header.address + type.basicSize, keys: keys, in: inferior), values.isValid
    else { return nil }
    var entries: [(key: Address, value: Address)] = []
    try? values.forEachEntry(of: keys, in: inferior) { key, value in
      entries.append((key, value))
      return true
    }
    return entries
  }

  /// The named fields of the type and its bases that hold an object, the base's first.
  package func members(in inferior: Inferior) -> [(name: String, value: Address)] {
    let chain = inferior.types.baseChain(of: inferior.types.types[Int(header.type.number)])
    return chain.reversed().flatMap(\.members).compactMap { member in
      guard let value: Address = try? inferior.memory.load(at: header.address + member.offset) else { return nil }
      return (member.name, value)
    }
  }

  /// Calls `body` with each object that the instance holds by its attributes: its dict, inline values and named fields.
  package func forEachReferent(in inferior: Inferior, _ body: (Address) -> Void) {
    let dict = dict(in: inferior)
    if !dict.isNull { body(dict) }
    for (_, value) in inlineValues(in: inferior) ?? [] { body(value) }
    for (_, value) in members(in: inferior) where !value.isNull { body(value) }
  }

  /// The attributes by name, up to `limit` of them: those of the `__dict__` first.
  package func attributes(in inferior: Inferior, limit: Int) -> [ObjectShape.Field] {
    var fields: [ObjectShape.Field] = []
    func add(_ key: Address, _ value: Address) -> Bool {
      guard fields.count < limit else { return false }
      fields.append(.init(inferior.string(at: key) ?? "?", object: value))
      return true
    }
    if let entries = inlineValues(in: inferior) {
      for (key, value) in entries { _ = add(key, value) }
    } else if let dict = try? PyDictObject(at: dict(in: inferior), in: inferior) {
      try? dict.forEachEntry(in: inferior, add)
    }
    for (name, value) in members(in: inferior) where fields.count < limit && !value.isNull {
      fields.append(.init(name, object: value))
    }
    return fields
  }
}

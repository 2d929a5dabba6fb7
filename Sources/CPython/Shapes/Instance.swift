package import MemoryImage

/// The parts of an object that its type adds to the built-in structure with which it begins: attributes in a `__dict__`,
/// in inline values, or in named fields such as `__slots__`; and the type itself.
package struct Instance: Sendable {
  private let header: ObjectHeader

  package init(_ header: ObjectHeader) {
    self.header = header
  }

  /// The address of the instance's `__dict__`; null if it has none, or keeps its attributes in inline values.
  package func dict(in inferior: Inferior) -> Address {
    guard let pointer = dictPointer(in: inferior), let dict: Address = try? inferior.memory.load(at: pointer) else {
      return .null
    }
    // In 3.12 the word may be the tagged pointer to the values instead.
    return dict.rawValue & inferior.layout.instance.managedValuesTag == 0 ? dict : .null
  }

  /// The value of an attribute in the instance's `__dict__`; nil if there is none.
  package func attribute(_ name: String, in inferior: Inferior) -> Address? {
    (try? PyDictObject(at: dict(in: inferior), in: inferior))?.value(forKey: name, in: inferior)
  }

  private func dictPointer(in inferior: Inferior) -> Address? {
    let type = header.type
    if type.flags.contains(.managedDict), let offset = inferior.layout.instance.managedDict {
      return header.address + offset
    }
    if type.dictOffset >= 0 { return type.dictOffset == 0 ? nil : header.address + type.dictOffset }
    // A negative offset counts from the end of an object of variable size (`_PyObject_ComputedDictPointer`).
    guard let count: Int = try? inferior.memory.load(at: header.address + inferior.layout.object.ob_size.bytes),
      count.magnitude < 1 << 40
    else { return nil }
    let size = (type.basicSize &+ Int(count.magnitude) &* type.itemSize &+ 7) & ~7
    return header.address + (size &+ type.dictOffset)
  }

  /// Calls `body` with each object that the instance refers to by its attributes, and with its type.
  func forEachReferent(_ walk: TraversalPlan, in inferior: Inferior, _ body: ReferentBody) {
    let dict = dict(in: inferior)
    let isDictFirst = inferior.layout.instance.traversal == .dictFirst
    if let values = ownValues(walk, in: inferior) {
      let kind: ReferentKind = dict.isNull || !isDictFirst ? .visited : .held
      for index in 0..<values.capacity { body(values.value(index, in: inferior), kind, .attribute(index)) }
      body(dict, isDictFirst ? .visited : .held, "__dict__")
    } else {
      body(dict, .visited, "__dict__")
    }
    let start = firstMemberOffset(in: inferior)
    for number in walk.members {
      let offset = inferior.types.memberOffsets[Int(number)]
      guard offset >= start else { continue }
      body((try? inferior.memory.load(at: header.address + offset)) ?? .null, .visited, .member(Int(number)))
    }
    body(walk.type, walk.visitsType ? .visited : .held, "ob_type")
  }

  /// The offset of the first named field that is not also an item. A struct sequence names its items; fields with only a
  /// name follow them (Objects/structseq.c).
  private func firstMemberOffset(in inferior: Inferior) -> Int {
    guard header.type.kind == .tuple, let tuple = try? PyTupleObject(header, in: inferior) else { return 0 }
    return inferior.layout.tuple.ob_item.bytes &+ max(0, tuple.count) &* 8
  }

  /// The values of an instance that has no dict of its own; nil if it has none. They follow its fields, or before 3.13
  /// are in a block that a word before the object points at (`_PyObject_ValuesPointer`).
  private func ownValues(_ walk: TraversalPlan, in inferior: Inferior) -> PyDictValues? {
    if header.type.flags.contains(.inlineValues) {
      let values = try? PyDictValues(inlineAt: header.address + header.type.basicSize, in: inferior)
      return values.flatMap { $0.isValid ? $0 : nil }
    }
    guard header.type.flags.contains(.managedDict), let offset = inferior.layout.instance.managedValues,
      let word: UInt64 = try? inferior.memory.load(at: header.address + offset)
    else { return nil }
    let tag = inferior.layout.instance.managedValuesTag
    guard word & tag == tag, word > tag, let keys = try? PyDictKeys(at: walk.sharedKeys, in: inferior)
    else { return nil }
    return try? PyDictValues(at: Address(word &+ tag), keys: keys, in: inferior)
  }
}

extension Instance {
  /// The attributes that the instance keeps without a dict: keys and values in the order of insertion; nil if the type
  /// has none, or if the instance has a dict instead.
  private func ownAttributes(in inferior: Inferior) -> [(key: Address, value: Address)]? {
    let walk = inferior.types.walks[Int(header.type.number)]
    guard let values = ownValues(walk, in: inferior), let keys = try? PyDictKeys(at: walk.sharedKeys, in: inferior)
    else { return nil }
    var entries: [(key: Address, value: Address)] = []
    try? values.forEachEntry(of: keys, in: inferior) { key, value in
      entries.append((key, value))
      return true
    }
    return entries
  }

  /// The named fields of the type and its bases that hold an object, those of the base first.
  private func members(in inferior: Inferior) -> [(name: String, value: Address)] {
    inferior.types.walks[Int(header.type.number)].members.compactMap { number in
      let field = header.address + inferior.types.memberOffsets[Int(number)]
      guard let value: Address = try? inferior.memory.load(at: field) else { return nil }
      return (inferior.types.memberNames[Int(number)], value)
    }
  }

  /// The attributes by name, at most `limit`: those of the `__dict__` first.
  package func attributes(in inferior: Inferior, limit: Int) -> [ObjectShape.Field] {
    var fields: [ObjectShape.Field] = []
    func add(_ key: Address, _ value: Address) -> Bool {
      guard fields.count < limit else { return false }
      fields.append(.init(inferior.shownString(at: key) ?? "?", object: value))
      return true
    }
    if let entries = ownAttributes(in: inferior) {
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

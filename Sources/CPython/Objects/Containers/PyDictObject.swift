package import MemoryImage

/// A `dict` or, since 3.15, a `frozendict` in the inferior's memory.
///
/// Mirrors `PyDictObject` in CPython's `Include/cpython/dictobject.h`: a combined table, whose keys hold the values too,
/// or a split one, which shares its keys with other instances of a class (PEP 412). A `frozendict` (PEP 814) has its hash
/// after that.
package struct PyDictObject: PythonObject {
  package let address: Address
  /// The number of items (`ma_used`).
  package let count: Int
  /// The keys (`ma_keys`).
  package let keys: Address
  /// The values of a split table (`ma_values`), null for a combined one.
  package let values: Address
  private let basicSize: Int
  /// Whether it is a `frozendict`, which does not derive from `dict`.
  private let isFrozen: Bool

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let isFrozen = !header.type.flags.contains(.dictSubclass)
    try self.init(at: header.address, basicSize: header.type.basicSize, isFrozen: isFrozen, in: inferior)
  }

  /// Reads the dict at `address` without checking its type.
  package init(at address: Address, in inferior: __shared Inferior) throws(MemoryFault) {
    try self.init(at: address, basicSize: inferior.layout.dict.size, isFrozen: false, in: inferior)
  }

  private init(
    at address: Address, basicSize: Int, isFrozen: Bool, in inferior: __shared Inferior
  ) throws(MemoryFault) {
    let layout = inferior.layout.dict
    let record = try inferior.memory.record(at: address, size: layout.size)
    self.address = address
    self.basicSize = basicSize
    self.isFrozen = isFrozen
    count = record[layout.ma_used]
    keys = record[layout.ma_keys]
    values = record[layout.ma_values]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard count >= 0 else { return .sizeOutOfRange }
    guard !keys.isNull else { return .nullPointer }
    guard keys.isAligned(to: 8), values.isAligned(to: 8) else { return .misalignedPointer }
    guard let table = try? PyDictKeys(at: keys, in: inferior) else { return .unmappedItems }
    if let reason = table.invalidReason(in: inferior) { return reason }
    guard count <= table.entryCount else { return .sizeOutOfRange }
    var found = 0
    do {
      try forEachEntry(in: inferior) { _, _ in
        found += 1
        return true
      }
    } catch {
      return .unmappedItems
    }
    return found == count ? nil : .invalidTable
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    guard let table = try? PyDictKeys(at: keys, in: inferior), table.entryCount <= max(table.capacity, 1)
    else { return }
    let split = values.isNull ? nil : try? PyDictValues(at: values, keys: table, in: inferior)
    // Values inside an object belong to that object, in versions where the object gives them first.
    let isLent = split?.isEmbedded == true && inferior.layout.instance.traversal == .valuesFirst
    let keyKind: ReferentKind = table.areVisited(in: inferior) ? .visited : .held
    for index in 0..<max(0, table.entryCount) {
      guard let entry = try? table.entry(index, in: inferior) else { return }
      let key = entry.key
      let value = split.map { $0.value(index, in: inferior) } ?? entry.value
      if value.isNull && keyKind == .visited { continue }
      body(key, keyKind, .key)
      body(value, isLent ? .held : .visited, .value(key: key))
    }
  }

  package func byteCount(in inferior: Inferior) -> Int {
    guard let table = try? PyDictKeys(at: keys, in: inferior) else { return basicSize }
    if !values.isNull {
      let slots = inferior.layout.dictKeys.dk_size == nil ? table.sharedCapacity : table.capacity
      // Before 3.13, keys that nothing else shares any more count as the dict's own, like those of a combined table.
      let ownKeys = inferior.layout.dictValues.capacity == nil && table.referenceCount == 1 ? table.byteCount : 0
      return basicSize &+ slots &* 8 &+ ownKeys
    }
    return basicSize &+ (table.referenceCount == 1 ? table.byteCount : 0)
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    var entries: [(key: Address, value: Address)] = []
    try? forEachEntry(in: inferior) { key, value in
      guard entries.count < limit else { return false }
      entries.append((key, value))
      return true
    }
    guard isFrozen else { return .mapping(typeName: "dict", open: "{", entries: entries, count: count, close: "}") }
    if count == 0 { return .atom("frozendict()") }
    return .mapping(typeName: "frozendict", open: "frozendict({", entries: entries, count: count, close: "})")
  }
}

extension PyDictObject {
  /// Calls `body` with each key and value in the order of insertion, until it returns false.
  ///
  /// - Throws: `MemoryFault` if not all of the table is in the dump.
  package func forEachEntry(
    in inferior: Inferior, _ body: (Address, Address) -> Bool
  ) throws(MemoryFault) {
    let table = try PyDictKeys(at: keys, in: inferior)
    if !values.isNull {
      return try PyDictValues(at: values, keys: table, in: inferior).forEachEntry(of: table, in: inferior, body)
    }
    guard table.entryCount <= max(table.capacity, 1) else {
      throw MemoryFault(address: table.entries, byteCount: Int.max)
    }
    for index in 0..<max(0, table.entryCount) {
      let (key, value) = try table.entry(index, in: inferior)
      if !value.isNull, !body(key, value) { return }
    }
  }

  /// The value of the entry whose key is the string `name`, or nil.
  package func value(forKey name: String, in inferior: Inferior) -> Address? {
    var result: Address?
    try? forEachEntry(in: inferior) { key, value in
      guard inferior.string(at: key, limit: name.unicodeScalars.count) == name else { return true }
      result = value
      return false
    }
    return result
  }
}

package import MemoryImage

/// A type object in the inferior's memory, static or made by a `class` statement.
///
/// Mirrors `PyTypeObject` and `PyHeapTypeObject` in CPython's `Include/cpython/object.h`.
package struct PyTypeObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    try self.init(at: header.address, in: inferior)
  }

  /// Reads the type object at `address` without checking its own type.
  package init(at address: Address, in inferior: __shared Inferior) throws(MemoryFault) {
    self.address = address
    let layout = inferior.layout.type
    let flags: UInt64 = try inferior.memory.load(at: address + layout.tp_flags.bytes)
    let isHeapType = TypeFlags(rawValue: flags).contains(.heapType)
    record = try inferior.memory.record(at: address, size: isHeapType ? layout.heapSize : layout.size)
  }

  package subscript<Value>(field: FieldOffset<Value>) -> Value { record[field] }

  /// `tp_flags`.
  package func flags(in inferior: Inferior) -> TypeFlags {
    TypeFlags(rawValue: record[inferior.layout.type.tp_flags])
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.type
    let basicSize = record[layout.tp_basicsize]
    guard (0..<1 << 28).contains(basicSize), (0..<1 << 28).contains(record[layout.tp_itemsize]),
      record[layout.tp_dictoffset].magnitude < 1 << 28, record[layout.tp_weaklistoffset].magnitude < 1 << 28
    else { return .sizeOutOfRange }
    guard !record[layout.tp_name].isNull else { return .nullPointer }
    // `tp_subclasses` is not always a pointer: since 3.12 a static type keeps a number there.
    for field in [layout.tp_base, layout.tp_dict, layout.tp_bases, layout.tp_mro, layout.tp_cache] {
      guard record[field].isAligned(to: 8) else { return .misalignedPointer }
    }
    let isHeapType = flags(in: inferior).contains(.heapType)
    let base = record[layout.tp_base]
    if !base.isNull, !inferior.memory.isMapped(base, byteCount: layout.size) { return .invalidReferent }
    guard isHeapType || base.isNull || flags(in: inferior).contains(.ready) || record[layout.tp_mro].isNull else {
      return .invalidState
    }
    if isHeapType, !inferior.types.types.isEmpty,
      !inferior.isObject(record[layout.ht_name], ofKind: .str)
        || !inferior.isObject(record[layout.ht_qualname], ofKind: .str)
    {
      return .wrongReferentType
    }
    return tailReason(in: inferior)
  }

  /// Checks the fields at the structure's end, whose offsets differ between versions. The bases and the resolution order
  /// must be tuples.
  private func tailReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.type
    guard !inferior.types.types.isEmpty else { return nil }
    for field in [layout.tp_bases, layout.tp_mro]
    where !record[field].isNull && !inferior.isObject(record[field], ofKind: .tuple) {
      return .wrongReferentType
    }
    // Any value of `tp_watched` is valid: it has one bit for each of at most eight watchers (`TYPE_MAX_WATCHERS`).
    guard flags(in: inferior).contains(.heapType) else { return nil }
    let keys = record[layout.ht_cached_keys]
    if !keys.isNull, (try? PyDictKeys(at: keys, in: inferior)) == nil { return .unmappedItems }
    return nil
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.type
    // `tp_dict` is at `tp_dictoffset` of `type`, and is given as every object's `__dict__` is.
    record.give(layout.tp_cache, .visited, as: "tp_cache", to: body)
    record.give(layout.tp_mro, .visited, as: "tp_mro", to: body)
    record.give(layout.tp_bases, .visited, as: "tp_bases", to: body)
    record.give(layout.tp_base, .visited, as: "tp_base", to: body)
    // Since 3.12 a static type keeps a number there. The dict leads only to weak references.
    let subclasses = record[layout.tp_subclasses]
    if inferior.isObject(subclasses, ofKind: .dict) { body(subclasses, .held, "tp_subclasses") }
    guard flags(in: inferior).contains(.heapType) else { return }
    record.give(layout.ht_module, .visited, as: "ht_module", to: body)
    record.give(layout.ht_name, .held, as: "ht_name", to: body)
    record.give(layout.ht_qualname, .held, as: "ht_qualname", to: body)
    record.give(layout.ht_slots, .held, as: "ht_slots", to: body)
    guard let keys = try? PyDictKeys(at: record[layout.ht_cached_keys], in: inferior) else { return }
    keys.forEachKey(in: inferior) { body($0, .held, "ht_cached_keys") }
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.type
    guard flags(in: inferior).contains(.heapType) else { return layout.size }
    let keys = record[layout.ht_cached_keys]
    let shared = keys.isNull ? 0 : (try? PyDictKeys(at: keys, in: inferior))?.byteCount ?? 0
    return layout.heapSize &+ shared
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.type
    let name = inferior.types.type(at: address)?.name ?? "?"
    let flags = record[layout.tp_flags]
    var fields = [
      ObjectShape.Field("tp_basicsize", record[layout.tp_basicsize]),
      .init("tp_itemsize", record[layout.tp_itemsize]),
      .init("tp_flags", "0x" + String(flags, radix: 16)),
      .init("tp_dictoffset", record[layout.tp_dictoffset]),
      .init("tp_weaklistoffset", record[layout.tp_weaklistoffset]),
      .init("tp_base", object: record[layout.tp_base]),
      .init("tp_bases", object: record[layout.tp_bases]),
      .init("tp_mro", object: record[layout.tp_mro]),
      .init("tp_dict", object: record[layout.tp_dict]),
    ]
    if let watched = layout.tp_watched { fields.append(.init("tp_watched", record[watched])) }
    return .described("type \(name)", fields: fields)
  }
}

package import MemoryImage

/// The values of a split table, or of an instance that keeps its attributes in itself.
///
/// Mirrors `struct _dictvalues` (`Include/internal/pycore_dict.h`); before 3.11 a plain array of pointers.
package struct PyDictValues: Sendable {
  /// The first value.
  package let values: Address
  /// The number of values for which there is room.
  package let capacity: Int
  /// The numbers of the entries in the order of insertion, if the version keeps it; otherwise they are in the keys' order.
  private let order: MemoryArray<UInt8>?
  /// Whether `order` begins with the entry inserted last.
  private let isOrderReversed: Bool
  /// Whether the values are in use. They become invalid when an object gets a dict of its own.
  package let isValid: Bool
  /// Whether the values are inside the object whose `__dict__` refers to them (`embedded`). Since 3.13.
  package let isEmbedded: Bool

  /// Reads the values at `address` that belong to `keys`.
  package init(at address: Address, keys: PyDictKeys, in inferior: __shared Inferior) throws(MemoryFault) {
    guard inferior.layout.dictValues.capacity == nil else {
      try self.init(inlineAt: address, in: inferior)
      return
    }
    let values = address + inferior.layout.dictValues.values.bytes
    guard let prefix = inferior.layout.dictValues.prefixSize else {
      self.init(values: values, capacity: keys.capacity, order: nil, isValid: true)
      return
    }
    let capacity = max(0, min(keys.sharedCapacity, Int(UInt8.max)))
    let used = min(Int(try inferior.memory.load(UInt8.self, at: address + prefix)), capacity)
    // The order of insertion grows downwards from there, one byte for each value.
    let order = try inferior.memory.array(of: UInt8.self, at: address + (prefix - used), count: used)
    self.init(values: values, capacity: capacity, order: order, isOrderReversed: true, isValid: true)
  }

  private init(
    values: Address, capacity: Int, order: MemoryArray<UInt8>?, isOrderReversed: Bool = false, isValid: Bool,
    isEmbedded: Bool = false
  ) {
    self.values = values
    self.capacity = capacity
    self.order = order
    self.isOrderReversed = isOrderReversed
    self.isValid = isValid
    self.isEmbedded = isEmbedded
  }

  /// Reads the values at `address`, in a version in which they include their number.
  init(inlineAt address: Address, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.dictValues
    guard let capacityField = layout.capacity, let sizeField = layout.usedSize, let validField = layout.valid else {
      throw MemoryFault(address: address, byteCount: layout.values.bytes)
    }
    let record = try inferior.memory.record(at: address, size: layout.values.bytes)
    let values = address + layout.values.bytes
    let capacity = Int(record[capacityField])
    let used = min(Int(record[sizeField]), capacity)
    // The order of insertion follows the values, one byte for each.
    let order = try inferior.memory.array(of: UInt8.self, at: values + capacity * 8, count: used)
    let isEmbedded = layout.embedded.map { record[$0] != 0 } ?? false
    self.init(
      values: values, capacity: capacity, order: order, isValid: record[validField] != 0, isEmbedded: isEmbedded)
  }

  /// The value for the key with the given number; null if there is none.
  func value(_ index: Int, in inferior: Inferior) -> Address {
    guard index >= 0, index < capacity else { return .null }
    return (try? inferior.memory.load(at: values + index &* 8)) ?? .null
  }

  /// Calls `body` with the keys and values that are present, in the order of insertion, until it returns false.
  package func forEachEntry(
    of keys: PyDictKeys, in inferior: Inferior, _ body: (Address, Address) -> Bool
  ) throws(MemoryFault) {
    if let order {
      for place in 0..<order.count {
        let index = order[isOrderReversed ? order.count - 1 - place : place]
        if try !visit(Int(index), of: keys, in: inferior, body) { return }
      }
      return
    }
    let count = max(0, min(keys.entryCount, capacity))
    guard inferior.memory.isMapped(values, byteCount: count * 8) else {
      throw MemoryFault(address: values, byteCount: count * 8)
    }
    for index in 0..<count where try !visit(index, of: keys, in: inferior, body) { return }
  }

  /// Calls `body` with one entry, if it has a value. Returns the result of `body`, or true.
  private func visit(
    _ index: Int, of keys: PyDictKeys, in inferior: Inferior, _ body: (Address, Address) -> Bool
  ) throws(MemoryFault) -> Bool {
    guard index < capacity, index < keys.entryCount else { throw MemoryFault(address: values, byteCount: 8) }
    let value: Address = try inferior.memory.load(at: values + index * 8)
    guard !value.isNull else { return true }
    return try body(keys.entry(index, in: inferior).key, value)
  }
}

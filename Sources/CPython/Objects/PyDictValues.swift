package import MemoryImage

/// The values of a split table, or of an instance that keeps its attributes in itself.
///
/// Mirrors `struct _dictvalues` (`Include/internal/pycore_dict.h`); before 3.11 a plain array of pointers.
package struct PyDictValues: Sendable {
  /// The first value.
  package let values: Address
  /// How many values there is room for.
  package let capacity: Int
  /// The entries' numbers in the order of insertion, where the version keeps one; else they are in the keys' order.
  package let order: [Int]?
  /// Whether the values are in use; an object that got a dict of its own has invalid ones.
  package let isValid: Bool

  /// Reads the values at `address` that belong to `keys`.
  package init(at address: Address, keys: PyDictKeys, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.dictValues
    values = address + layout.values.bytes
    guard let capacityField = layout.capacity, let sizeField = layout.usedSize, let validField = layout.valid else {
      capacity = keys.capacity
      order = nil
      isValid = true
      return
    }
    let record = try inferior.memory.record(at: address, size: layout.values.bytes)
    capacity = Int(record[capacityField])
    isValid = record[validField] != 0
    let used = min(Int(record[sizeField]), capacity)
    // The order of insertion follows the values, a byte for each.
    let numbers = try inferior.memory.array(of: UInt8.self, at: values + capacity * 8, count: used)
    order = numbers.map(Int.init)
  }

  /// Calls `body` with the keys and values that are present, in the order of insertion, until it returns false.
  package func forEachEntry(
    of keys: PyDictKeys, in inferior: Inferior, _ body: (Address, Address) -> Bool
  ) throws(MemoryFault) {
    if let order {
      for index in order where try !visit(index, of: keys, in: inferior, body) { return }
      return
    }
    let count = max(0, min(keys.entryCount, capacity))
    guard inferior.memory.isMapped(values, byteCount: count * 8) else {
      throw MemoryFault(address: values, byteCount: count * 8)
    }
    for index in 0..<count where try !visit(index, of: keys, in: inferior, body) { return }
  }

  /// Gives one entry to `body`, if it has a value; what `body` returns, or true.
  private func visit(
    _ index: Int, of keys: PyDictKeys, in inferior: Inferior, _ body: (Address, Address) -> Bool
  ) throws(MemoryFault) -> Bool {
    guard index < capacity, index < keys.entryCount else { throw MemoryFault(address: values, byteCount: 8) }
    let value: Address = try inferior.memory.load(at: values + index * 8)
    guard !value.isNull else { return true }
    return try body(keys.entry(index, in: inferior).key, value)
  }
}

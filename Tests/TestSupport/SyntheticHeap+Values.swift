import CPython
package import MemoryImage

// Types and values that most tests of containers need.
extension SyntheticHeap {
  /// The type `int`, and as many ints as wanted: 1, 2, 3, …
  package mutating func ints(_ count: Int) -> [Address] {
    let type = type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
    var made: [Address] = []
    for number in 0..<count { made.append(int([UInt32(number + 1)], of: type)) }
    return made
  }

  /// The type `list`.
  package mutating func listType() -> Address {
    type("list", basicSize: layout.list.size, flags: [.ready, .gc, .listSubclass])
  }

  /// The type `dict`, or one that derives from it and begins with its structure.
  package mutating func dictType(_ name: String = "dict", size: Int? = nil) -> Address {
    type(name, basicSize: size ?? layout.dict.size, flags: [.ready, .gc, .dictSubclass])
  }

  /// The type `str`.
  package mutating func strType() -> Address {
    type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass])
  }

  /// The type `bytes`.
  package mutating func bytesType() -> Address {
    type("bytes", basicSize: layout.bytes.ob_sval.bytes + 1, itemSize: 1, flags: [.ready, .bytesSubclass])
  }

  /// A `bytes` of the given contents.
  package mutating func bytes(_ contents: [UInt8], of type: Address) -> Address {
    let address = object(of: type, size: layout.bytes.ob_sval.bytes + contents.count + 1)
    write(contents.count, at: address + layout.object.ob_size.bytes)
    for (index, byte) in contents.enumerated() { write(byte, at: address + layout.bytes.ob_sval.bytes + index) }
    return address
  }

  /// The type `tuple`.
  package mutating func tupleType() -> Address {
    type("tuple", basicSize: layout.tuple.ob_item.bytes, itemSize: 8, flags: [.ready, .gc, .tupleSubclass])
  }

  /// A tuple of the given items.
  package mutating func tuple(_ items: [Address], of type: Address) -> Address {
    let address = object(of: type, size: layout.tuple.ob_item.bytes + 8 * items.count)
    write(items.count, at: address + layout.object.ob_size.bytes)
    for (index, item) in items.enumerated() { write(item, at: address + layout.tuple.ob_item.bytes + 8 * index) }
    return address
  }

  /// An array of words in a block of its own.
  package mutating func words(_ words: [Address]) -> Address {
    let address = allocate(8 * words.count)
    for (index, word) in words.enumerated() { write(word, at: address + 8 * index) }
    return address
  }

  /// Writes an integer into a field of a structure.
  package mutating func write<Value: FixedWidthInteger>(_ value: Value, in field: FieldOffset<Value>, of structure: Address) {
    write(value, at: structure + field.bytes)
  }

  /// Writes a pointer into a field of a structure.
  package mutating func write(_ pointer: Address, in field: FieldOffset<Address>, of structure: Address) {
    write(pointer, at: structure + field.bytes)
  }
}

/// Addresses that lead nowhere: not mapped, and not aligned.
extension Address {
  package static var unmapped: Address { Address(0x7000_0000_0000) }
  package static var misaligned: Address { Address(0x7F00_0000_0003) }
}

package import CPython
package import MemoryImage

/// NumPy's types and arrays in a heap, as its header `ndarraytypes.h` has them.
package struct NumpyHeap {
  package var heap: SyntheticHeap
  /// The addresses of the types by name.
  package private(set) var types: [String: Address] = [:]
  private let fields: NumpyLayout.Descriptor
  private let isFirst: Bool

  /// - Parameter generation: 1 for NumPy 1, 2 for NumPy 2.
  package init?(_ layout: Layout, generation: Int) {
    isFirst = generation == 1
    let size = isFirst ? 96 : 120
    guard let fields = NumpyLayout.descriptor(basicSize: size) else { return nil }
    self.fields = fields
    heap = SyntheticHeap(layout)
    types["dtype"] = heap.type("numpy.dtype", basicSize: size)
    types["ndarray"] = heap.type("numpy.ndarray", basicSize: 96)
    types["generic"] = heap.type("numpy.generic", basicSize: 16)
    for (name, size) in [
      ("float64", 24), ("int64", 24), ("bool", 24), ("void", 72), ("str_", 80), ("bytes_", 40), ("object_", 24),
      ("datetime64", 64), ("timedelta64", 64), ("complex128", 32),
    ] {
      let type = heap.type("numpy.\(name)", basicSize: size)
      heap.write(self.type("generic"), at: type + layout.type.tp_base.bytes)
      types[name] = type
    }
    types["tuple"] = heap.type("tuple", basicSize: layout.tuple.ob_item.bytes, itemSize: 8, flags: [.ready, .tupleSubclass])
    types["dict"] = heap.type("dict", basicSize: layout.dict.size, flags: [.ready, .dictSubclass])
    types["str"] = heap.type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass])
    types["int"] = heap.type(
      "int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
  }

  package func type(_ name: String) -> Address { types[name] ?? .null }

  package mutating func tuple(_ items: [Address]) -> Address {
    let start = heap.layout.tuple.ob_item.bytes
    let address = heap.object(of: type("tuple"), size: start + 8 * items.count)
    heap.write(items.count, at: address + heap.layout.object.ob_size.bytes)
    for (index, item) in items.enumerated() { heap.write(item, at: address + start + 8 * index) }
    return address
  }

  /// A descriptor of items of a type, of a kind (`f`, `i`, …) and size.
  package mutating func descriptor(
    _ typeName: String, kind: Character, size: Int, order: Character = "<"
  ) -> Address {
    let address = heap.object(of: type("dtype"), size: isFirst ? 96 : 120)
    heap.write(type(typeName), at: address + fields.typeobj.bytes)
    heap.write(kind.asciiValue ?? 0, at: address + fields.kind.bytes)
    heap.write(order.asciiValue ?? 0, at: address + fields.byteorder.bytes)
    if let field = fields.elsize { heap.write(size, at: address + field.bytes) }
    if let field = fields.shortElsize { heap.write(Int32(size), at: address + field.bytes) }
    return address
  }

  /// A descriptor of structures with fields of given names, types and offsets.
  package mutating func structure(
    _ parts: [(name: String, descriptor: Address, offset: UInt32)], size: Int
  ) -> Address {
    let address = descriptor("void", kind: "V", size: size, order: "|")
    // As if there were references in it; only the fields say where.
    heap.write(fields.holdsReferences, at: address + fields.flags.bytes)
    let names = parts.map { heap.string($0.name, of: type("str")) }
    var items: [(key: Address, value: Address)] = []
    for (part, name) in zip(parts, names) {
      let offset = heap.int(part.offset == 0 ? [] : [part.offset], of: type("int"))
      items.append((key: name, value: tuple([part.descriptor, offset])))
    }
    let dict = heap.dict(items, of: type("dict"))
    if let field = fields.names { heap.write(tuple(names), at: address + field.bytes) }
    if let field = fields.fields { heap.write(dict, at: address + field.bytes) }
    return address
  }

  /// Makes a descriptor's items arrays of a shape.
  package mutating func subarray(of base: Address, shape: [UInt32], size: Int) -> Address {
    let address = descriptor("void", kind: "V", size: size, order: "|")
    heap.write(fields.holdsReferences, at: address + fields.flags.bytes)
    let part = heap.allocate(16)
    var sizes: [Address] = []
    for number in shape { sizes.append(heap.int([number], of: type("int"))) }
    heap.write(base, at: part + fields.subarrayBase.bytes)
    heap.write(tuple(sizes), at: part + fields.subarrayShape.bytes)
    if let field = fields.subarray { heap.write(part, at: address + field.bytes) }
    return address
  }

  /// A descriptor of dates in multiples of a unit (`NPY_DATETIMEUNIT`: 4 is a day).
  package mutating func date(unit: Int32, count: Int32) -> Address {
    let address = descriptor("datetime64", kind: "M", size: 8)
    let metadata = heap.allocate(48)
    heap.write(unit, at: metadata + fields.unit.bytes)
    heap.write(count, at: metadata + fields.unitCount.bytes)
    if let field = fields.c_metadata { heap.write(metadata, at: address + field.bytes) }
    return address
  }

  /// An array with data of its own, or one of another's (`base`).
  package mutating func array(
    _ descriptor: Address, shape: [Int], strides: [Int], data: Address, base: Address = .null
  ) -> Address {
    let fields = NumpyLayout.array
    let address = heap.object(of: type("ndarray"), size: 96)
    let numbers = heap.allocate(16 * shape.count)
    for (index, number) in (shape + strides).enumerated() { heap.write(number, at: numbers + 8 * index) }
    heap.write(data, at: address + fields.data.bytes)
    heap.write(Int32(shape.count), at: address + fields.nd.bytes)
    heap.write(numbers, at: address + fields.dimensions.bytes)
    heap.write(numbers + 8 * shape.count, at: address + fields.strides.bytes)
    heap.write(base, at: address + fields.base.bytes)
    heap.write(descriptor, at: address + fields.descr.bytes)
    heap.write(base.isNull ? fields.ownsData : 0, at: address + fields.flags.bytes)
    return address
  }

  /// A scalar: a value of bytes after an object's head.
  package mutating func scalar(_ typeName: String, bytes: [UInt8]) -> Address {
    let address = heap.object(of: type(typeName), size: 80)
    for (index, byte) in bytes.enumerated() { heap.write(byte, at: address + heap.layout.object.size + index) }
    return address
  }

  /// A `numpy.void`, a single structure.
  package mutating func void(_ descriptor: Address, data: Address) -> Address {
    let address = heap.object(of: type("void"), size: 72)
    heap.write(data, at: address + NumpyLayout.voidScalar.obval.bytes)
    heap.write(descriptor, at: address + NumpyLayout.voidScalar.descr.bytes)
    return address
  }

  /// A block of the bytes of numbers.
  package mutating func data(_ numbers: [some FixedWidthInteger]) -> Address {
    let size = (numbers.first?.bitWidth ?? 0) / 8
    let address = heap.allocate(size * numbers.count)
    for (index, number) in numbers.enumerated() { heap.write(number, at: address + size * index) }
    return address
  }
}

package import MemoryImage

/// An object of a C type that a generated table describes (`StructureLayout`): an iterator, a descriptor, an exception.
package struct StructureObject: PythonObject {
  package let address: Address
  private let header: ObjectHeader

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    self.header = header
    _ = try inferior.memory.record(at: address, size: inferior.layout.object.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard inferior.memory.isMapped(address, byteCount: byteCount(in: inferior)) else { return .unmapped }
    for number in walk(in: inferior).fields {
      let place = inferior.types.fields[Int(number)]
      for index in 0..<repetitions(of: place, in: inferior) {
        let value = value(at: place.offset &+ index &* place.stride, in: inferior)
        guard value.isAligned(to: 8) else { return .misalignedPointer }
        if place.kind != .weak, !value.isNull, inferior.object(at: value) == nil { return .invalidReferent }
      }
    }
    return nil
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    for number in walk(in: inferior).fields {
      let place = inferior.types.fields[Int(number)]
      for index in 0..<repetitions(of: place, in: inferior) {
        body(value(at: place.offset &+ index &* place.stride, in: inferior), place.kind, .structureField(Int(number)))
      }
    }
  }

  /// The number of times an object has a field: once, or once for each item.
  private func repetitions(of place: StructurePlace, in inferior: Inferior) -> Int {
    guard place.stride > 0 else { return 1 }
    let size = byteCount(in: inferior)
    guard place.offset < size, inferior.memory.isMapped(address, byteCount: size) else { return 0 }
    return (size &- place.offset &+ place.stride &- 8) / place.stride
  }

  /// The result of `object.__sizeof__`: the basic size and the items of a variable-sized object.
  package func byteCount(in inferior: Inferior) -> Int {
    let type = header.type
    guard type.itemSize > 0,
      let count: Int = try? inferior.memory.load(at: address + inferior.layout.object.ob_size.bytes),
      count > 0, count < 1 << 40
    else { return type.basicSize }
    return type.basicSize &+ count &* type.itemSize
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let info = inferior.types.types[Int(header.type.number)]
    if let shape = LibraryShape(header, info).shape(in: inferior, limit: limit) { return shape }
    let attributes = Instance(header).attributes(in: inferior, limit: limit)
    switch StructureShape(of: self, info, in: inferior, limit: limit).shape {
    case .composed(let typeName, let parts, let fields):
      return .composed(typeName: typeName, parts: parts, fields: fields + attributes)
    case .described(let summary, let fields): return .described(summary, fields: fields + attributes)
    case let shape where attributes.isEmpty: return shape
    case let shape: return .instance(typeName: info.name, value: shape, attributes: attributes)
    }
  }

  private func walk(in inferior: Inferior) -> TraversalPlan { inferior.types.walks[Int(header.type.number)] }

  /// The pointer at a distance from the object's start; null if it is not in the dump.
  private func value(at offset: Int, in inferior: Inferior) -> Address {
    (try? inferior.memory.load(at: address + offset)) ?? .null
  }
}

extension StructureObject {
  /// The object that a field holds, by the field's name in C; null if it is empty or there is no such field.
  func field(named name: String, in inferior: Inferior) -> Address {
    fields(in: inferior).first { $0.name == name }?.value ?? .null
  }

  /// The fields that hold objects, with their names in C.
  func fields(in inferior: Inferior) -> [(name: String, value: Address, isWeak: Bool)] {
    walk(in: inferior).fields.compactMap { number in
      let place = inferior.types.fields[Int(number)]
      guard place.stride == 0 else { return nil }
      return (inferior.types.fieldNames[Int(number)], value(at: place.offset, in: inferior), place.kind == .weak)
    }
  }

  /// The plain numbers of the structure, with their names in C.
  func numbers(in inferior: Inferior) -> [(name: String, value: Int)] {
    let structure = inferior.types.types[Int(header.type.number)].structure
    return (structure?.numbers ?? []).compactMap { number in
      guard let bytes = try? inferior.memory.array(of: UInt8.self, at: address + number.offset, count: number.size) else {
        return nil
      }
      let unused = UInt64(64 - 8 * number.size)
      return (number.name, Int(Int64(bitPattern: CValueFormat.unsigned(bytes) << unused) >> Int64(unused)))
    }
  }
}

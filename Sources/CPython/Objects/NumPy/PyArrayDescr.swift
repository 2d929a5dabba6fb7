package import MemoryImage

/// A `numpy.dtype` in the inferior's memory.
///
/// Mirrors `PyArray_Descr` in NumPy's `ndarraytypes.h`, which differs between NumPy 1 and 2.
package struct PyArrayDescr: PythonObject {
  package let address: Address
  /// The size of one item in bytes (`elsize`).
  package let itemSize: Int
  /// The kind of data as one letter: `f` for floating point, `i`, `u`, `b`, `c`, `O`, `S`, `U`, `V`, `M`, `m` (`kind`).
  package let kind: UInt8
  private let record: MemoryRecord
  private let layout: NumpyLayout.Descriptor
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    guard let layout = NumpyLayout.descriptor(basicSize: header.type.basicSize) else {
      throw MemoryFault(address: header.address, byteCount: header.type.basicSize)
    }
    address = header.address
    type = header.type
    self.layout = layout
    let record = try inferior.memory.record(at: address, size: layout.size)
    self.record = record
    kind = record[layout.kind]
    itemSize = layout.elsize.map { record[$0] } ?? layout.shortElsize.map { Int(record[$0]) } ?? 0
  }

  /// The descriptor at `address`; nil if there is none.
  package init?(at address: Address, in inferior: Inferior) {
    guard let header = inferior.object(at: address), header.type.kind == .arrayDescriptor,
      let object = try? PyArrayDescr(header, in: inferior)
    else { return nil }
    self = object
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard itemSize >= 0, itemSize < 1 << 40 else { return .sizeOutOfRange }
    let isLetter = (0x41...0x5A).contains(kind) || (0x61...0x7A).contains(kind)
    guard isLetter else { return .invalidState }
    return inferior.types.type(at: record[layout.typeobj]) != nil ? nil : .wrongReferentType
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    record.give(layout.typeobj, .held, as: "typeobj", to: body)
    record.give(layout.fields, .held, as: "fields", to: body)
    record.give(layout.names, .held, as: "names", to: body)
    record.give(layout.metadata, .held, as: "metadata", to: body)
    guard isString else { return }
    let field = NumpyLayout.stringDescriptor.na_object
    body((try? inferior.memory.load(at: address + field.bytes)) ?? .null, .held, "na_object")
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .atom("dtype(\(NumpyTypeText(self, in: inferior).text))")
  }

  /// Whether the items are references to objects.
  package var holdsObjects: Bool { kind == UInt8(ascii: "O") && itemSize == 8 }

  /// Whether the items may contain references to objects.
  var mayHoldObjects: Bool {
    holdsObjects || kind == UInt8(ascii: "V") && record[layout.flags] & layout.holdsReferences != 0
  }

  /// Whether the byte order of numbers is not that of this machine.
  package var isSwapped: Bool { record[layout.byteorder] == UInt8(ascii: ">") }

  /// A part of a structured type.
  struct Field {
    let name: String
    let descr: PyArrayDescr
    /// The offset of the field in an item, in bytes.
    let offset: Int
  }

  /// More fields than any structured type has.
  private static let largestFieldCount = 1 << 10

  /// The fields of a structured type in their order; nil for any other type, and if they cannot be read.
  func fields(in inferior: Inferior) -> [Field]? {
    guard let namesField = layout.names, let fieldsField = layout.fields,
      inferior.isObject(record[namesField], ofKind: .tuple),
      let names = try? PyTupleObject(at: record[namesField], in: inferior),
      let dict = inferior.dict(at: record[fieldsField])
    else { return nil }
    var known: [String: Field] = [:]
    try? dict.forEachEntry(in: inferior) { key, value in
      if let name = inferior.string(at: key, limit: 100), inferior.isObject(value, ofKind: .tuple),
        let tuple = try? PyTupleObject(at: value, in: inferior), tuple.count >= 2
      {
        let parts = inferior.pointers(at: tuple.items, count: 2, limit: 2)
        if parts.count == 2, let descr = PyArrayDescr(at: parts[0], in: inferior),
          let offset = inferior.integer(at: parts[1]).flatMap({ Int(exactly: $0) })
        {
          known[name] = Field(name: name, descr: descr, offset: offset)
        }
      }
      return known.count < Self.largestFieldCount
    }
    let order = inferior.pointers(at: names.items, count: names.count, limit: Self.largestFieldCount)
    let found = order.compactMap { inferior.string(at: $0, limit: 100).flatMap { known[$0] } }
    return found.count == names.count && !found.isEmpty ? found : nil
  }

  /// The base type and the shape of an array as an item; nil for any other type.
  func subarray(in inferior: Inferior) -> (base: PyArrayDescr, shape: [Int])? {
    guard let field = layout.subarray, !record[field].isNull,
      let parts = try? inferior.memory.record(at: record[field], size: 16),
      let base = PyArrayDescr(at: parts[layout.subarrayBase], in: inferior),
      inferior.isObject(parts[layout.subarrayShape], ofKind: .tuple),
      let shape = try? PyTupleObject(at: parts[layout.subarrayShape], in: inferior)
    else { return nil }
    let sizes = inferior.pointers(at: shape.items, count: shape.count, limit: 64)
      .compactMap { inferior.integer(at: $0).flatMap { Int(exactly: $0) } }
    return (base, sizes)
  }

  /// The unit of dates and time spans; nil for any other type, and for one without a unit.
  func unit(in inferior: Inferior) -> NumpyDateUnit? {
    guard let field = layout.c_metadata, kind == UInt8(ascii: "M") || kind == UInt8(ascii: "m"), !record[field].isNull,
      let metadata = try? inferior.memory.record(at: record[field], size: layout.unitCount.bytes + 4)
    else { return nil }
    return NumpyDateUnit(number: metadata[layout.unit], count: metadata[layout.unitCount])
  }

  /// Whether the items are strings of any length (`numpy.dtypes.StringDType`).
  var isString: Bool {
    kind == UInt8(ascii: "T") && itemSize == 16 && type.basicSize >= NumpyLayout.stringDescriptor.size
  }

  /// The name of the type of the items, without its module: `float64`.
  func scalarName(in inferior: Inferior) -> String {
    let name = inferior.types.type(at: record[layout.typeobj])?.shortName ?? String(UnicodeScalar(kind))
    // The name of a dtype states the number of bits.
    if name == "longdouble" || name == "clongdouble" {
      return (name == "longdouble" ? "float" : "complex") + "\(8 &* min(max(0, itemSize), 64))"
    }
    return name.hasSuffix("_") ? String(name.dropLast()) : name
  }
}

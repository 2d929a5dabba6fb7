package import MemoryImage

/// A NumPy scalar, such as a `numpy.int64`, in the inferior's memory: one C value after an object's head.
///
/// Mirrors `PyInt64ScalarObject` and so on in NumPy's `arrayscalars.h`.
package struct NumpyScalar: PythonObject {
  package let address: Address
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    _ = try inferior.memory.record(at: address, size: header.type.basicSize)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    if let record = void(in: inferior) {
      let descriptor = record[NumpyLayout.voidScalar.descr]
      return inferior.isObject(descriptor, ofKind: .arrayDescriptor) ? nil : .wrongReferentType
    }
    guard format(in: inferior)?.kind == UInt8(ascii: "b") else { return nil }
    let value = try? inferior.memory.load(UInt8.self, at: address + inferior.layout.object.size)
    return value == 0 || value == 1 ? nil : .invalidData
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    guard let record = void(in: inferior) else { return }
    body(record[NumpyLayout.voidScalar.descr], .held, "descr")
    body(record[NumpyLayout.voidScalar.base], .held, "base")
    ownReferences(record, in: inferior)?.forEach(in: inferior) { value, index, offset in
      body(value, .held, .itemField(index, offset))
      return true
    }
  }

  /// The references in the bytes of a `numpy.void`, if it owns them.
  private func ownReferences(_ record: MemoryRecord, in inferior: Inferior) -> ItemReferences? {
    guard record[NumpyLayout.voidScalar.base].isNull,
      let descr = PyArrayDescr(at: record[NumpyLayout.voidScalar.descr], in: inferior), descr.mayHoldObjects
    else { return nil }
    return ItemReferences(descr: descr, data: record[NumpyLayout.voidScalar.obval], count: 1)
  }

  /// The descriptor of a `numpy.void`; nil for other types.
  package func descriptor(in inferior: Inferior) -> Address? { void(in: inferior)?[NumpyLayout.voidScalar.descr] }

  /// `gentype_sizeof`: the value is counted twice.
  package func byteCount(in inferior: Inferior) -> Int { type.basicSize &+ itemSize(in: inferior) }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let info = inferior.types.types[Int(type.number)]
    guard let format = format(in: inferior) else { return structure(info, in: inferior) }
    let head = inferior.layout.object.size
    let bytes = try? inferior.memory.array(of: UInt8.self, at: address + head, count: format.size)
    let unit = unit(of: format.kind, in: inferior)
    let text = NumpyPreview.text(of: bytes.map(Array.init) ?? [], kind: format.kind, isSwapped: false, unit: unit)
    let suffix = format.kind == UInt8(ascii: "m") ? unit.map { ",'\($0.text)'" } ?? "" : ""
    return .atom("\(info.name)(\(text)\(suffix))")
  }

  /// The unit of a date or time span, which is after the value; nil if it has none.
  private func unit(of kind: UInt8, in inferior: Inferior) -> NumpyDateUnit? {
    let layout = NumpyLayout.dateScalar
    guard kind == UInt8(ascii: "M") || kind == UInt8(ascii: "m"),
      let record = try? inferior.memory.record(at: address, size: layout.size)
    else { return nil }
    return NumpyDateUnit(number: record[layout.unit], count: record[layout.unitCount])
  }

  /// The shape of a `numpy.void`: its fields, or the number of its bytes.
  private func structure(_ info: TypeInfo, in inferior: Inferior) -> ObjectShape {
    guard let record = void(in: inferior),
      let descr = PyArrayDescr(at: record[NumpyLayout.voidScalar.descr], in: inferior)
    else { return .described("\(info.name) \(itemSize(in: inferior)) bytes", fields: []) }
    let value = NumpyPreview.text(at: record[NumpyLayout.voidScalar.obval], as: descr, in: inferior)
    var fields: [ObjectShape.Field] = []
    ownReferences(record, in: inferior)?.forEach(in: inferior) { value, _, offset in
      fields.append(.init(descr.path(to: offset, in: inferior), object: value))
      return fields.count < Self.shownReferences
    }
    return .described("\(info.name) \(value)", fields: fields)
  }

  private static let shownReferences = 100

  /// The kind of value, as a letter, and its size in bytes, by the name of the type or of the nearest known base.
  private func format(in inferior: Inferior) -> (kind: UInt8, size: Int)? {
    var info: TypeInfo? = inferior.types.types[Int(type.number)]
    for _ in 0..<16 {
      guard let next = info else { break }
      if let format = Self.formats[next.shortName] { return (format.0.utf8.first ?? 0, format.1) }
      info = inferior.types.type(at: next.base)
    }
    return nil
  }

  /// The formats by name; NumPy has several names for its C types.
  private static let formats: [String: (String, Int)] = [
    "bool": ("b", 1), "bool_": ("b", 1), "int8": ("i", 1), "uint8": ("u", 1), "int16": ("i", 2), "uint16": ("u", 2),
    "int32": ("i", 4), "uint32": ("u", 4), "intc": ("i", 4), "uintc": ("u", 4), "int64": ("i", 8), "uint64": ("u", 8),
    "longlong": ("i", 8), "ulonglong": ("u", 8), "float16": ("f", 2), "float32": ("f", 4), "float64": ("f", 8),
    "longdouble": ("f", 16), "float128": ("f", 16), "complex64": ("c", 8), "complex128": ("c", 16),
    "clongdouble": ("c", 32), "complex256": ("c", 32), "datetime64": ("M", 8), "timedelta64": ("m", 8),
  ]

  private func itemSize(in inferior: Inferior) -> Int {
    if let format = format(in: inferior) { return format.size }
    guard let record = void(in: inferior) else { return 0 }
    return max(0, PyArrayDescr(at: record[NumpyLayout.voidScalar.descr], in: inferior)?.itemSize ?? 0)
  }

  /// The structure of a `numpy.void`; nil for other types.
  private func void(in inferior: Inferior) -> MemoryRecord? {
    let layout = NumpyLayout.voidScalar
    guard type.basicSize >= layout.size, format(in: inferior) == nil else { return nil }
    return try? inferior.memory.record(at: address, size: layout.size)
  }
}

package import MemoryImage

/// A `numpy.dtype` as it lay in the inferior's memory.
///
/// Mirrors `PyArray_Descr` in NumPy's `ndarraytypes.h`, which is not the same in NumPy 1 and 2.
package struct PyArrayDescr: PythonObject {
  package let address: Address
  /// The bytes of one item (`elsize`).
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

  /// Reads the descriptor at `address`, if there is one.
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
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape { .atom("dtype(\(text(in: inferior)))") }

  /// Whether the items are references to objects.
  package var holdsObjects: Bool { kind == UInt8(ascii: "O") && itemSize == 8 }

  /// Whether the bytes of a number are in the order that this machine does not use.
  package var isSwapped: Bool { record[layout.byteorder] == UInt8(ascii: ">") }

  /// What kind of data it is: `float64`, `<U5`, or the names of a structure's fields.
  package func text(in inferior: Inferior) -> String {
    let order = isSwapped ? ">" : ""
    switch UnicodeScalar(kind) {
    case "U": return "\(order.isEmpty ? "<" : ">")U\(itemSize / 4)"
    case "S": return "S\(itemSize)"
    case "V":
      guard let field = layout.names, let tuple = try? PyTupleObject(at: record[field], in: inferior),
        inferior.isObject(record[field], ofKind: .tuple)
      else { return "V\(itemSize)" }
      let names = inferior.pointers(at: tuple.items, count: tuple.count, limit: 20)
      return "V\(itemSize)[" + names.map { inferior.string(at: $0, limit: 100) ?? "?" }.joined(separator: ", ")
        + (tuple.count > names.count ? ", ..." : "") + "]"
    default:
      let name = inferior.types.type(at: record[layout.typeobj])?.shortName ?? String(UnicodeScalar(kind))
      return order + (name.hasSuffix("_") ? String(name.dropLast()) : name)
    }
  }
}

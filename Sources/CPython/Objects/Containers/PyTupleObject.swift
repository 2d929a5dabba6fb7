package import MemoryImage

/// A `tuple` in the inferior's memory, including named tuples and struct sequences.
///
/// Mirrors `PyTupleObject` in CPython's `Include/cpython/tupleobject.h`.
package struct PyTupleObject: PythonObject {
  package let address: Address
  /// The number of items (`ob_size`).
  package let count: Int
  /// Where the item pointers begin (`ob_item`).
  package let items: Address
  private let type: TypeTraits?

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    try self.init(at: header.address, type: header.type, in: inferior)
  }

  /// Reads the tuple at `address` without checking its type.
  package init(at address: Address, in inferior: __shared Inferior) throws(MemoryFault) {
    try self.init(at: address, type: nil, in: inferior)
  }

  private init(at address: Address, type: TypeTraits?, in inferior: __shared Inferior) throws(MemoryFault) {
    self.address = address
    self.type = type
    count = try inferior.memory.load(at: address + inferior.layout.object.ob_size.bytes)
    items = address + inferior.layout.tuple.ob_item.bytes
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard count >= 0, count < Int.max / 8 else { return .sizeOutOfRange }
    return inferior.memory.isMapped(items, byteCount: count * 8) ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    inferior.forEachItem(at: items, count: count, body)
  }

  package func byteCount(in inferior: Inferior) -> Int {
    (type?.basicSize ?? inferior.layout.tuple.ob_item.bytes) &+ count &* 8
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .sequence(
      typeName: "tuple", open: "(", items: inferior.pointers(at: items, count: count, limit: limit), count: count,
      close: count == 1 ? ",)" : ")")
  }
}

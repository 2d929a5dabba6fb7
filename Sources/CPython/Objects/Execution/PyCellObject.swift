package import MemoryImage

/// A `cell`, the variable of a function that an inner function uses in the inferior's memory.
///
/// Mirrors `PyCellObject` in CPython's `Include/cpython/cellobject.h`.
package struct PyCellObject: PythonObject {
  package let address: Address
  /// The variable's value (`ob_ref`), null while it has none.
  package let contents: Address
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    contents = try inferior.memory.load(at: address + inferior.layout.cell.ob_ref.bytes)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    contents.isAligned(to: 8) ? nil : .misalignedPointer
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    body(contents, .visited, "ob_ref")
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    if contents.isNull { return .described("cell empty", fields: []) }
    return .sequence(typeName: "cell", open: "<cell ", items: [contents], count: 1, close: ">")
  }
}

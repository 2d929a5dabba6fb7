package import MemoryImage

/// `None` in the inferior's memory (`_Py_NoneStruct`, Objects/object.c).
package struct PyNoneObject: PythonObject {
  package let address: Address
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    _ = try inferior.typeAddress(of: address)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? { nil }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape { .atom("None") }
}

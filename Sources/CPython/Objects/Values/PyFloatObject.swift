package import MemoryImage

/// A `float` in the inferior's memory.
///
/// Mirrors `PyFloatObject` in CPython's `Include/cpython/floatobject.h`.
package struct PyFloatObject: PythonObject {
  package let address: Address
  /// The number (`ob_fval`).
  package let value: Double
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.float
    address = header.address
    type = header.type
    value = try inferior.memory.load(Double.self, at: address + layout.ob_fval.bytes)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? { nil }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape { .atom(PythonNumber.text(of: value)) }
}

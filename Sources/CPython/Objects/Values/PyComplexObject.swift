package import MemoryImage

/// A `complex` in the inferior's memory.
///
/// Mirrors `PyComplexObject` in CPython's `Include/cpython/complexobject.h`.
package struct PyComplexObject: PythonObject {
  package let address: Address
  /// The real and the imaginary part (`cval`).
  package let real: Double
  package let imaginary: Double
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.complex
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    real = record[layout.real]
    imaginary = record[layout.imag]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? { nil }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  /// The result of `complex.__repr__`: the real part is left out if it is a positive zero.
  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let imaginaryText = PythonNumber.text(of: imaginary, addingPoint: false) + "j"
    if real == 0 && real.sign == .plus { return .atom(imaginaryText) }
    let sign = imaginaryText.hasPrefix("-") ? "" : "+"
    return .atom("(" + PythonNumber.text(of: real, addingPoint: false) + sign + imaginaryText + ")")
  }
}

package import MemoryImage

/// A `numpy.bytes_` in the inferior's memory: a `bytes` whose size NumPy computes itself.
///
/// Mirrors `PyBytesObject`, for which `PyStringScalarObject` in NumPy's `arrayscalars.h` is another name.
package struct NumpyBytesObject: PythonObject {
  package let address: Address
  /// The object as a `bytes`.
  package let bytes: PyBytesObject

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    bytes = try PyBytesObject(header, in: inferior)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? { bytes.invalidReason(in: inferior) }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  /// `gentype_sizeof`: the bytes are counted as items of variable size, and again as the value.
  package func byteCount(in inferior: Inferior) -> Int { bytes.byteCount(in: inferior) &+ bytes.count }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape { bytes.shape(in: inferior, limit: limit) }
}

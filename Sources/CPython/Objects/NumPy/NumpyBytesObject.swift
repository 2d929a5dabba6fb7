package import MemoryImage

/// A `numpy.bytes_` as it lay in the inferior's memory: a `bytes` whose size NumPy reckons itself.
///
/// Mirrors `PyBytesObject`, which `PyStringScalarObject` in NumPy's `arrayscalars.h` is another name of.
package struct NumpyBytesObject: PythonObject {
  package let address: Address
  /// The `bytes` that it is.
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

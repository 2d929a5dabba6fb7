package import MemoryImage

/// A `bytes` in the inferior's memory.
///
/// Mirrors `PyBytesObject` in CPython's `Include/cpython/bytesobject.h`.
package struct PyBytesObject: PythonObject {
  package let address: Address
  /// The number of bytes (`ob_size`).
  package let count: Int
  /// Where the bytes begin (`ob_sval`).
  package let bytes: Address
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    count = try inferior.memory.load(at: address + inferior.layout.object.ob_size.bytes)
    bytes = address + inferior.layout.bytes.ob_sval.bytes
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard count >= 0, count < Int.max else { return .sizeOutOfRange }
    guard inferior.memory.isMapped(bytes, byteCount: count + 1) else { return .unmappedItems }
    // A bytes object ends with a null byte that is not counted.
    let last = try? inferior.memory.load(UInt8.self, at: bytes + count)
    return last == 0 ? nil : .invalidData
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize &+ count }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let shown = try? inferior.memory.array(of: UInt8.self, at: bytes, count: max(0, min(count, limit)))
    return .bytes(prefix: "b", bytes: shown.map { Array($0) } ?? [], length: count, suffix: "")
  }
}

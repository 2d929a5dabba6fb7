package import MemoryImage

/// A `bytearray` in the inferior's memory.
///
/// Mirrors `PyByteArrayObject` in CPython's `Include/cpython/bytearrayobject.h`.
package struct PyByteArrayObject: PythonObject {
  package let address: Address
  /// The number of bytes (`ob_size`).
  package let count: Int
  /// The size of the block that holds them (`ob_alloc`).
  package let allocatedCount: Int
  /// The block (`ob_bytes`), null if it was never allocated.
  package let block: Address
  /// The first byte (`ob_start`): after the block's start if bytes were deleted at the front.
  package let start: Address
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.byteArray
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    count = record[inferior.layout.object.ob_size]
    allocatedCount = record[layout.ob_alloc]
    block = record[layout.ob_bytes]
    start = record[layout.ob_start]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard count >= 0, allocatedCount >= 0, count <= allocatedCount else { return .sizeOutOfRange }
    guard count > 0 else { return nil }
    guard start >= block, !block.isNull else { return .nullPointer }
    return inferior.memory.isMapped(start, byteCount: count) ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize &+ allocatedCount }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let shown = try? inferior.memory.array(of: UInt8.self, at: start, count: max(0, min(count, limit)))
    return .bytes(prefix: "bytearray(b", bytes: shown.map { Array($0) } ?? [], length: count, suffix: ")")
  }
}

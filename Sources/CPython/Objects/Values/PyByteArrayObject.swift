package import MemoryImage

/// A `bytearray` in the inferior's memory.
///
/// Mirrors `PyByteArrayObject` in CPython's `Include/cpython/bytearrayobject.h`. Since 3.15 the block is that of a `bytes`,
/// which can be taken out of the array without a copy.
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
  /// The `bytes` that owns the block (`ob_bytes_object`); null in versions without one.
  private let owner: Address
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
    owner = layout.ob_bytes_object.map { record[$0] } ?? .null
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard count >= 0, allocatedCount >= 0, count <= allocatedCount else { return .sizeOutOfRange }
    guard count > 0 else { return nil }
    guard start >= block, !block.isNull else { return .nullPointer }
    return inferior.memory.isMapped(start, byteCount: count) ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    if !owner.isNull { body(owner, .held, "ob_bytes_object") }
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout
    // `bytearray.__sizeof__` counts the head of the `bytes` and the byte after its end.
    let owned = layout.byteArray.ob_bytes_object != nil && allocatedCount > 0 ? layout.bytes.ob_sval.bytes &+ 1 : 0
    return type.basicSize &+ allocatedCount &+ owned
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let shown = try? inferior.memory.array(of: UInt8.self, at: start, count: max(0, min(count, limit)))
    return .bytes(prefix: "bytearray(b", bytes: shown.map { Array($0) } ?? [], length: count, suffix: ")")
  }
}

package import MemoryImage

/// A `list` in the inferior's memory.
///
/// Mirrors `PyListObject` in CPython's `Include/cpython/listobject.h`.
package struct PyListObject: PythonObject {
  package let address: Address
  /// The number of items (`ob_size`).
  package let count: Int
  /// The number of slots for items (`allocated`), or -1 while `list.sort()` runs.
  package let slotCount: Int
  /// The array of item pointers (`ob_item`), null in a list that never held an item.
  package let items: Address
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.list
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    count = record[inferior.layout.object.ob_size]
    slotCount = record[layout.allocated]
    items = record[layout.ob_item]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    // While a list is sorted, its items are lent to the sort: there is no array, the size is 0, and there are -1 slots.
    if slotCount == -1 { return count == 0 && items.isNull ? nil : .sizeOutOfRange }
    guard count >= 0, slotCount >= count, slotCount < Int.max / 8 else { return .sizeOutOfRange }
    guard slotCount > 0 else { return nil }
    guard !items.isNull else { return .nullPointer }
    guard items.isAligned(to: 8) else { return .misalignedPointer }
    return inferior.memory.isMapped(items, byteCount: slotCount * 8) ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    inferior.forEachItem(at: items, count: count, body)
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize &+ slotCount &* 8 }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .sequence(
      typeName: "list", open: "[", items: inferior.pointers(at: items, count: count, limit: limit), count: count,
      close: "]")
  }
}

package import MemoryImage

/// A `set` or `frozenset` in the inferior's memory.
///
/// Mirrors `PySetObject` and `setentry` in CPython's `Include/cpython/setobject.h`.
package struct PySetObject: PythonObject {
  package let address: Address
  /// The number of items (`used`), and of slots in use, deleted ones included (`fill`).
  package let count: Int
  package let filledCount: Int
  /// The number of slots minus one (`mask`).
  package let mask: Int
  /// The slots (`table`): `smalltable` inside the set, or a separate block.
  package let table: Address
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.set
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    count = record[layout.used]
    filledCount = record[layout.fill]
    mask = record[layout.mask]
    table = record[layout.table]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard count >= 0, count <= filledCount, mask >= 7, mask < 1 << 40, mask & (mask + 1) == 0, filledCount <= mask + 1
    else { return .sizeOutOfRange }
    guard !table.isNull else { return .nullPointer }
    guard inferior.memory.isMapped(table, byteCount: (mask + 1) * inferior.layout.set.entrySize) else {
      return .unmappedItems
    }
    var found = 0
    forEachItem(in: inferior) { _ in
      found += 1
      return true
    }
    return found == count ? nil : .invalidTable
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    forEachItem(in: inferior) {
      body($0, .visited, .key)
      return true
    }
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.set
    let isSmall = table == address + layout.smalltable.bytes
    return type.basicSize &+ (isSmall ? 0 : (mask &+ 1) &* layout.entrySize)
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    var items: [Address] = []
    forEachItem(in: inferior) {
      guard items.count < limit else { return false }
      items.append($0)
      return true
    }
    let isFrozen = inferior.types.types[Int(type.number)].shortName == "frozenset"
    if count == 0 { return .atom(isFrozen ? "frozenset()" : "set()") }
    return .sequence(
      typeName: isFrozen ? "frozenset" : "set", open: isFrozen ? "frozenset({" : "{", items: items, count: count,
      close: isFrozen ? "})" : "}")
  }

  /// Calls `body` with each item in the order of the table, which is Python's order of iteration, until it returns false.
  private func forEachItem(in inferior: Inferior, _ body: (Address) -> Bool) {
    let layout = inferior.layout.set
    guard mask >= 0, mask < 1 << 40 else { return }
    for index in 0...mask {
      guard let slot = try? inferior.memory.record(at: table + index &* layout.entrySize, size: layout.entrySize) else {
        return
      }
      let key = slot[layout.entryKey]
      // A deleted slot holds the dummy object with the hash -1, which no item has.
      if !key.isNull, slot[layout.entryHash] != -1, !body(key) { return }
    }
  }
}

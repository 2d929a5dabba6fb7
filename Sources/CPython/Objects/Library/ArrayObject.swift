package import MemoryImage

/// An `array.array` in the inferior's memory.
///
/// Mirrors `arrayobject` and `struct arraydescr` in CPython's `Modules/arraymodule.c`.
package struct ArrayObject: PythonObject {
  package let address: Address
  /// The number of items (`ob_size`), and how many the block has room for (`allocated`).
  package let count: Int
  package let slotCount: Int
  /// The items (`ob_item`), null if there is no block.
  package let items: Address
  /// The letter that identifies the kind of items (`typecode`), and the size of one in bytes (`itemsize`).
  package let typeCode: UInt8
  package let itemSize: Int
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.array
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    count = record[inferior.layout.object.ob_size]
    slotCount = record[layout.allocated]
    items = record[layout.ob_item]
    let descriptor = try inferior.memory.record(at: record[layout.ob_descr], size: layout.itemsize.bytes + 4)
    typeCode = UInt8(bitPattern: descriptor[layout.typecode])
    itemSize = Int(descriptor[layout.itemsize])
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard CValueFormat(structCode: typeCode, isNative: true)?.size == itemSize || "uw".utf8.contains(typeCode) else {
      return .invalidState
    }
    guard count >= 0, count <= slotCount || slotCount == 0, (1...8).contains(itemSize), count < Int.max / 8,
      slotCount < Int.max / 8
    else { return .sizeOutOfRange }
    guard count > 0 else { return nil }
    guard !items.isNull else { return .nullPointer }
    return inferior.memory.isMapped(items, byteCount: count * itemSize) ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize &+ slotCount &* itemSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let code = String(UnicodeScalar(typeCode))
    guard count > 0 else { return .atom("array('\(code)')") }
    let number = max(0, min(count, limit))
    let bytes = (try? inferior.memory.array(of: UInt8.self, at: items, count: number &* itemSize)).map(Array.init) ?? []
    if "uw".utf8.contains(typeCode) { return text(of: bytes) }
    let texts = (0..<bytes.count / max(1, itemSize)).map { index -> String in
      let item = bytes[index * itemSize..<(index + 1) * itemSize]
      return CValueFormat(structCode: typeCode, isNative: true)?.text(of: item) ?? "?"
    }
    return .values(typeName: "array.array", open: "array('\(code)', [", items: texts, count: count, close: "])")
  }

  /// `array('u', 'text')`: characters of `wchar_t` or `Py_UCS4`.
  private func text(of bytes: [UInt8]) -> ObjectShape {
    let points = stride(from: 0, to: bytes.count, by: max(1, itemSize)).map { start in
      UInt32(truncatingIfNeeded: CValueFormat.unsigned(bytes[start..<min(bytes.count, start + itemSize)]))
    }
    return .composed(
      typeName: "array.array",
      parts: [
        .text("array('\(UnicodeScalar(typeCode))', "), .shape(.text(codePoints: points, length: count)), .text(")"),
      ], fields: [])
  }
}

package import MemoryImage

/// An `xml.etree.ElementTree.Element` in the inferior's memory.
///
/// Mirrors `ElementObject` and `ElementObjectExtra` in CPython's `Modules/_elementtree.c`.
package struct ElementObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  /// The lowest bit of `text` and `tail` shows that they are a list still to be joined (`JOIN_GET`).
  private static let joined: UInt64 = 1
  /// More children than any element has.
  private static let childLimit = 1 << 32

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.element.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.element
    guard record[layout.extra].isAligned(to: 8), record[layout.tag].isAligned(to: 8) else { return .misalignedPointer }
    guard !record[layout.extra].isNull else { return nil }
    guard let extra = extra(in: inferior) else { return .unmapped }
    guard extra[layout.length] >= 0, extra[layout.length] <= extra[layout.allocated],
      extra[layout.allocated] < Self.childLimit
    else { return .sizeOutOfRange }
    return inferior.memory.isMapped(extra[layout.children], byteCount: extra[layout.length] * 8) ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.element
    record.give(layout.tag, .visited, as: "tag", to: body)
    body(withoutFlag(layout.text), .visited, "text")
    body(withoutFlag(layout.tail), .visited, "tail")
    guard let extra = extra(in: inferior) else { return }
    extra.give(layout.attrib, .visited, as: "attrib", to: body)
    inferior.forEachItem(at: extra[layout.children], count: min(extra[layout.length], Self.childLimit), body)
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.element
    guard let extra = extra(in: inferior) else { return type.basicSize }
    let isOwn = extra[layout.children] == record[layout.extra] + layout.ownChildren.bytes
    return type.basicSize &+ layout.extraSize &+ (isOwn ? 0 : extra[layout.allocated] &* 8)
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.element
    let tag = inferior.briefText(of: record[layout.tag]) ?? "?"
    var fields = [
      ObjectShape.Field("text", object: withoutFlag(layout.text)), .init("tail", object: withoutFlag(layout.tail)),
    ]
    if let extra = extra(in: inferior) {
      fields.append(.init("attrib", object: extra[layout.attrib]))
      let children = inferior.pointers(at: extra[layout.children], count: extra[layout.length], limit: limit)
      fields += children.enumerated().map { .init("[\($0)]", object: $1) }
    }
    return .described("Element \(tag)", fields: fields)
  }

  private func withoutFlag(_ field: FieldOffset<Address>) -> Address { Address(record[field].rawValue & ~Self.joined) }

  private func extra(in inferior: Inferior) -> MemoryRecord? {
    let layout = inferior.layout.element
    guard !record[layout.extra].isNull else { return nil }
    return try? inferior.memory.record(at: record[layout.extra], size: layout.extraSize)
  }
}

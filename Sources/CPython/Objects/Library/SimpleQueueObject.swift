package import MemoryImage

/// A `queue.SimpleQueue` in the inferior's memory: before 3.13 a list, since then a ring of items.
///
/// Mirrors `simplequeueobject` and `RingBuf` in CPython's `Modules/_queuemodule.c`.
package struct SimpleQueueObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.simpleQueue.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.simpleQueue
    if let field = layout.lst { return inferior.isObject(record[field], ofKind: .list) ? nil : .wrongReferentType }
    return items(in: inferior) != nil ? nil : .invalidTable
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    record.give(inferior.layout.simpleQueue.lst, .visited, as: "lst", to: body)
    for (index, item) in (items(in: inferior) ?? []).enumerated() { body(item, .visited, .item(index)) }
  }

  /// The size of the object, and since 3.15 of the ring.
  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.simpleQueue
    let capacity = layout.items_cap.map { record[$0] } ?? 0
    return (0..<1 << 40).contains(capacity) ? type.basicSize &+ capacity &* layout.countedSlotSize : type.basicSize
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    if let field = inferior.layout.simpleQueue.lst {
      return .described("_queue.SimpleQueue", fields: [.init("lst", object: record[field])])
    }
    let items = items(in: inferior) ?? []
    return .sequence(
      typeName: "_queue.SimpleQueue", open: "SimpleQueue(", items: Array(items.prefix(max(0, limit))),
      count: items.count, close: ")")
  }

  /// The items in their order; nil if they are not in the dump or do not form a ring.
  func items(in inferior: Inferior) -> [Address]? {
    let layout = inferior.layout.simpleQueue
    guard let items = layout.items, let capacity = layout.items_cap.map({ record[$0] }),
      let first = layout.get_idx.map({ record[$0] }), let count = layout.num_items.map({ record[$0] }),
      capacity > 0, (0..<capacity).contains(first), (0...capacity).contains(count),
      let ring = try? inferior.memory.array(of: Address.self, at: record[items], count: capacity)
    else { return nil }
    return (0..<count).map { ring[(first &+ $0) % capacity] }
  }

  /// The list of items in versions before 3.13, which may begin with items already taken; null in newer versions.
  func list(in inferior: Inferior) -> Address { inferior.layout.simpleQueue.lst.map { record[$0] } ?? .null }
}

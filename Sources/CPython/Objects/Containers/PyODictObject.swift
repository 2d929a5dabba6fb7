package import MemoryImage

/// A `collections.OrderedDict` in the inferior's memory: a dict, and a doubly linked list of its keys in their
/// order.
///
/// Mirrors `PyODictObject` and `_ODictNode` in CPython's `Objects/odictobject.c`.
package struct PyODictObject: PythonObject {
  package let address: Address
  /// The dict with which the object begins.
  package let dict: PyDictObject
  /// The number of slots of the table that maps the dict's entries to nodes (`od_fast_nodes_size`).
  private let fastNodeCount: Int
  private let first: Address
  private let last: Address

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.orderedDict
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    dict = try PyDictObject(header, in: inferior)
    fastNodeCount = record[layout.od_fast_nodes_size]
    first = record[layout.od_first]
    last = record[layout.od_last]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    if let reason = dict.invalidReason(in: inferior) { return reason }
    guard fastNodeCount >= 0, fastNodeCount < 1 << 40 else { return .sizeOutOfRange }
    guard first.isNull == last.isNull else { return .nullPointer }
    guard first.isAligned(to: 8), last.isAligned(to: 8) else { return .misalignedPointer }
    var found = 0
    let end = forEachKey(in: inferior) { _ in
      found &+= 1
      return true
    }
    return end == last && (found == dict.count || found == 0) ? nil : .invalidTable
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    _ = forEachKey(in: inferior) { key in
      body(key, .visited, .key)
      return true
    }
    dict.forEachReferent(in: inferior, body)
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let nodes = first.isNull ? 0 : dict.count &* inferior.layout.orderedDict.nodeSize
    return dict.byteCount(in: inferior) &+ fastNodeCount &* 8 &+ nodes
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .mapping(
      typeName: "collections.OrderedDict", open: dict.count == 0 ? "OrderedDict(" : "OrderedDict({",
      entries: entries(in: inferior, limit: limit), count: dict.count, close: dict.count == 0 ? ")" : "})")
  }

  /// The first entries in the order of the list of keys, which may differ from that of the dict.
  private func entries(in inferior: Inferior, limit: Int) -> [(key: Address, value: Address)] {
    guard limit > 0 else { return [] }
    var values: [Address: Address] = [:]
    try? dict.forEachEntry(in: inferior) { key, value in
      values[key] = value
      return values.count < Self.entryLimit
    }
    var entries: [(key: Address, value: Address)] = []
    _ = forEachKey(in: inferior) { key in
      entries.append((key, values[key] ?? .null))
      return entries.count < limit
    }
    return entries
  }

  /// The greatest number of entries that are read to print some of them.
  private static let entryLimit = 1 << 20

  /// Calls `body` with each key in order until it returns false. Returns the last node that was read, null if there is none.
  ///
  /// Every node must link back to the one before it, so that the walk ends.
  private func forEachKey(in inferior: Inferior, _ body: (Address) -> Bool) -> Address {
    let layout = inferior.layout.orderedDict
    var (node, previous) = (first, Address.null)
    while !node.isNull, previous.isNull || node != first,
      let record = try? inferior.memory.record(at: node, size: layout.nodeSize), record[layout.prev] == previous
    {
      previous = node
      guard body(record[layout.key]) else { break }
      node = record[layout.next]
    }
    return previous
  }
}

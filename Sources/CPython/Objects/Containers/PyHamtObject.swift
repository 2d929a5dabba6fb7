package import MemoryImage

/// The immutable mapping in which a context keeps its variables (`hamt`), in the inferior's memory.
///
/// Mirrors `PyHamtObject` in CPython's `Include/internal/pycore_hamt.h`.
package struct PyHamtObject: PythonObject {
  package let address: Address
  /// The root node (`h_root`).
  package let root: Address
  /// The number of entries (`h_count`).
  package let count: Int
  private let type: TypeTraits

  /// The greatest depth of a tree: each level takes five bits of the hash (`HAMT_MAX_TREE_DEPTH`).
  private static let deepestLevel = 8

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    try self.init(at: header.address, type: header.type, in: inferior)
  }

  /// The mapping at `address`; nil if there is none.
  package init?(at address: Address, in inferior: Inferior) {
    guard let header = inferior.object(at: address), header.type.kind == .hamt,
      let object = try? PyHamtObject(header, in: inferior)
    else { return nil }
    self = object
  }

  private init(at address: Address, type: TypeTraits, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.hamt
    let record = try inferior.memory.record(at: address, size: layout.size)
    self.address = address
    self.type = type
    root = record[layout.h_root]
    count = record[layout.h_count]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard count >= 0 else { return .sizeOutOfRange }
    let node = inferior.object(at: root)
    return node.map { HamtNode.kinds.contains($0.type.kind) } ?? false ? nil : .wrongReferentType
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) { body(root, .visited, "h_root") }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .mapping(
      typeName: "hamt", open: "hamt({", entries: entries(in: inferior, limit: limit), count: count, close: "})")
  }

  /// The first entries: keys and values, in the order of the keys' hashes.
  package func entries(in inferior: Inferior, limit: Int) -> [(key: Address, value: Address)] {
    var entries: [(key: Address, value: Address)] = []
    // Every node leads to an entry, at most eight levels below it.
    let limit = min(limit, max(0, count))
    var budget = min(limit, 1 << 20) * Self.deepestLevel + 64
    collect(from: root, level: 0, into: &entries, limit: limit, budget: &budget, in: inferior)
    return entries
  }

  private func collect(
    from address: Address, level: Int, into entries: inout [(key: Address, value: Address)], limit: Int,
    budget: inout Int, in inferior: Inferior
  ) {
    budget -= 1
    guard budget > 0, level <= Self.deepestLevel, entries.count < limit, let header = inferior.object(at: address),
      HamtNode.kinds.contains(header.type.kind), let node = try? HamtNode(header, in: inferior)
    else { return }
    let words = node.words(in: inferior)
    guard header.type.kind != .hamtArrayNode else {
      for child in words where !child.isNull {
        collect(from: child, level: level + 1, into: &entries, limit: limit, budget: &budget, in: inferior)
      }
      return
    }
    for index in stride(from: 0, to: words.count - 1, by: 2) where entries.count < limit {
      // If a key is null, there is a node in place of its value.
      if words[index].isNull {
        collect(from: words[index + 1], level: level + 1, into: &entries, limit: limit, budget: &budget, in: inferior)
      } else {
        entries.append((words[index], words[index + 1]))
      }
    }
  }
}

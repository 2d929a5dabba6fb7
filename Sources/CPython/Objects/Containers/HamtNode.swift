package import MemoryImage

/// A node of a `hamt` in the inferior's memory: keys and values side by side, or an array of nodes.
///
/// Mirrors `PyHamtNode_Bitmap`, `PyHamtNode_Array` and `PyHamtNode_Collision` in CPython's `Python/hamt.c`.
package struct HamtNode: PythonObject {
  package let address: Address
  /// The number of words (`ob_size`, or the size of an array node), and where they begin.
  package let count: Int
  package let items: Address
  private let type: TypeTraits

  /// The kinds of nodes.
  static let kinds: Set<ObjectKind> = [.hamtBitmapNode, .hamtArrayNode, .hamtCollisionNode]

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.hamt
    address = header.address
    type = header.type
    if type.kind == .hamtArrayNode {
      _ = try inferior.memory.record(at: address, size: layout.arrayNodeSize)
      count = (layout.a_count.bytes - layout.a_array.bytes) / 8
      items = address + layout.a_array.bytes
    } else {
      let record = try inferior.memory.record(at: address, size: inferior.layout.object.varSize)
      count = record[inferior.layout.object.ob_size]
      items = address + (type.kind == .hamtBitmapNode ? layout.b_array : layout.c_array).bytes
    }
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    if type.kind == .hamtArrayNode {
      let used: Int? = try? inferior.memory.load(at: address + inferior.layout.hamt.a_count.bytes)
      guard let used, used == words(in: inferior).count(where: { !$0.isNull }) else { return .invalidTable }
      return nil
    }
    // Keys and values: at most 32 pairs in a bitmap node.
    guard count >= 0, count % 2 == 0, count < Int.max / 8, type.kind != .hamtBitmapNode || count <= 64 else {
      return .sizeOutOfRange
    }
    return inferior.memory.isMapped(items, byteCount: count * 8) ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    inferior.forEachItem(at: items, count: count, body)
  }

  package func byteCount(in inferior: Inferior) -> Int {
    type.basicSize &+ (type.kind == .hamtArrayNode ? 0 : count &* type.itemSize)
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let name = inferior.types.types[Int(type.number)].shortName
    let items = words(in: inferior).filter { !$0.isNull }
    return .sequence(
      typeName: name, open: name + "(", items: Array(items.prefix(max(0, limit))), count: items.count, close: ")")
  }

  /// The words: keys and values, or nodes.
  func words(in inferior: Inferior) -> [Address] {
    (try? inferior.memory.array(of: Address.self, at: items, count: count)).map(Array.init) ?? []
  }
}

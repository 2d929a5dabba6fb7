import MemoryImage

/// The time zones used last. Since 3.12 `_zoneinfo` keeps them in its state, in a list of pairs of key and zone.
///
/// Mirrors `zoneinfo_state` and `StrongCacheNode` in CPython's `Modules/_zoneinfo.c`; the traversal is its
/// `zoneinfo_traverse`.
enum ZoneInfoState {
  /// The list has eight nodes or fewer.
  private static let largestCount = 64

  static func forEachReferent(at state: Address, in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.zoneInfoState
    guard let field = layout.strongCache, let next = layout.next, let key = layout.key, let zone = layout.zone,
      var node = try? inferior.memory.load(Address.self, at: state + field.bytes)
    else { return }
    for _ in 0..<largestCount {
      guard !node.isNull, let record = try? inferior.memory.record(at: node, size: layout.nodeSize) else { return }
      body(record[key], .visited, "md_state")
      body(record[zone], .visited, "md_state")
      node = record[next]
    }
  }
}

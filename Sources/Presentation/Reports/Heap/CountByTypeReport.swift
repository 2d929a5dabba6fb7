package import CPython
package import HeapAnalysis
import MemoryImage

/// What `count-by-type` reports.
package struct CountByTypeReport: Encodable, Sendable {
  let objects: Int
  let bytes: Int
  /// The number of all types, however many are listed.
  let typeCount: Int
  let types: [Row]
  let dropped: [String: Int]?
  let droppedByType: [DroppedCandidates.TypeRow]?

  /// The objects of a type.
  struct Row: Encodable, Sendable {
    let name: String
    let address: String
    let count: Int
    let bytes: Int
    /// Present, and true, only where the type computes its size by code of its own, which is not known.
    let isSizeBasic: Bool?
  }

  /// What the types are sorted by.
  package enum Order: String, CaseIterable, Sendable {
    case count, bytes, name
  }

  /// - Parameters:
  ///   - limit: the number of types that are listed, and of those with dropped candidates.
  ///   - dropped: the candidates that are no objects, if they were asked for.
  package init(
    _ index: ObjectIndex, in inferior: Inferior, order: Order, limit: Int?, dropped candidates: DroppedCandidates?
  ) {
    let areBasic = index.typesWithBasicSizes(in: inferior)
    let rows = index.typeTotals.map { total in
      let type = inferior.types.types[total.typeNumber]
      return Row(
        name: type.name, address: type.address.description, count: total.objectCount, bytes: total.byteCount,
        isSizeBasic: areBasic[total.typeNumber] ? true : nil)
    }.sorted { Self.isOrdered($0, $1, by: order) }
    objects = index.objectCount
    bytes = index.byteCount
    typeCount = index.typeTotals.count
    types = limit.map { order == .name ? Array(rows.prefix($0)) : rows.suffix($0) } ?? rows
    dropped = candidates?.reasons
    droppedByType = candidates.map { Array($0.types.prefix(limit ?? .max)) }
  }

  private static func isOrdered(_ left: Row, _ right: Row, by order: Order) -> Bool {
    switch order {
    case .count: (left.count, left.bytes, right.name) < (right.count, right.bytes, left.name)
    case .bytes: (left.bytes, left.count, right.name) < (right.bytes, right.count, left.name)
    case .name: (left.name, left.address) < (right.name, right.address)
    }
  }
}

package import MemoryImage

/// An iterator over combinations, permutations or a product, in the inferior's memory. It keeps indices in blocks of their own.
///
/// Mirrors `combinationsobject`, `cwrobject`, `permutationsobject` and `productobject` in CPython's
/// `Modules/itertoolsmodule.c`.
package struct CombinatoricObject: PythonObject {
  package let address: Address
  /// The tuple of items (`pool`), or of tuples of items (`pools`), and the tuple made last (`result`).
  package let pool: Address
  package let result: Address
  /// The number of chosen items (`r`); 0 for a product.
  package let length: Int
  /// Whether the iterator is exhausted (`stopped`).
  package let isExhausted: Bool
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.combinatoric
    address = header.address
    type = header.type
    switch type.kind {
    case .permutations:
      let record = try inferior.memory.record(at: address, size: layout.permutationsSize)
      (pool, result) = (record[layout.permutationsPool], record[layout.permutationsResult])
      length = record[layout.permutationsR]
      isExhausted = record[layout.permutationsStopped] != 0
    case .product:
      let record = try inferior.memory.record(at: address, size: layout.productSize)
      (pool, result, length) = (record[layout.pools], record[layout.productResult], 0)
      isExhausted = record[layout.productStopped] != 0
    default:
      let record = try inferior.memory.record(at: address, size: layout.size)
      (pool, result, length) = (record[layout.pool], record[layout.result], record[layout.r])
      isExhausted = record[layout.stopped] != 0
    }
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard length >= 0, length < 1 << 40 else { return .sizeOutOfRange }
    return pool.isNull || inferior.isObject(pool, ofKind: .tuple) ? nil : .wrongReferentType
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    body(pool, .visited, type.kind == .product ? "pools" : "pool")
    body(result, .visited, "result")
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let poolCount = (try? PyTupleObject(at: pool, in: inferior))?.count ?? 0
    let indices =
      switch type.kind {
      // Permutations have both indices and cycles.
      case .permutations: poolCount &+ length
      case .product: poolCount
      default: length
      }
    return type.basicSize &+ indices &* 8
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .described(
      inferior.types.types[Int(type.number)].name + (isExhausted ? " exhausted" : ""),
      // An exhausted product has begun again from its start.
      fields: [("pool", pool), ("result", isExhausted ? .null : result)].filter { !$0.1.isNull }.map { .init($0.0, object: $0.1) }
    )
  }
}

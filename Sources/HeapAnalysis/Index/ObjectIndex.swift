package import CPython
package import MemoryImage

/// Every object of a process: a bit for where it begins, and a number for its type.
///
/// An object's number is the rank of its bit, so either of address and number is found from the other by counting bits.
/// Sixteen bytes of memory cost one bit, an object four bytes.
package final class ObjectIndex: Sendable {
  /// The number of objects, and their bytes as `sys.getsizeof` counts them.
  package let objectCount: Int
  package let byteCount: Int
  /// Objects and bytes of each type that has objects, in the order of type numbers.
  package let typeTotals: [TypeTotal]
  /// The candidates that were no live objects: by reason, and those of each type by the type's number.
  package let dropped: [InvalidReason: Int]
  package let droppedByType: [Int: [InvalidReason: Int]]
  let pieces: [IndexPiece]
  let tally: IndexTally
  let traits: [TypeTraits]

  /// The objects of one type.
  package struct TypeTotal: Sendable {
    /// The type's number in the type table.
    package let typeNumber: Int
    /// How many objects there are, and how many bytes they take as `sys.getsizeof` counts them.
    package let objectCount: Int
    package let byteCount: Int
  }

  init(_ pieces: [IndexPiece], _ tally: IndexTally, inferior: Inferior) {
    self.pieces = pieces
    self.tally = tally
    traits = inferior.types.traits
    droppedByType = Dictionary(uniqueKeysWithValues: tally.dropped.map { (Int($0), $1) })
    dropped = tally.dropped.values.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: &+) }
    typeTotals = tally.totals.sorted { $0.key < $1.key }.map {
      TypeTotal(typeNumber: Int($0.key), objectCount: $0.value.objects, byteCount: $0.value.bytes)
    }
    objectCount = typeTotals.reduce(0) { $0 &+ $1.objectCount }
    byteCount = typeTotals.reduce(0) { $0 &+ $1.byteCount }
  }
}

extension ObjectIndex {
  /// Whether an object begins at `address`.
  package func contains(_ address: Address) -> Bool {
    let piece = firstPiece(endingAfter: address)
    return piece < pieces.count && pieces[piece].rank(of: address) != nil
  }

  /// The last object that begins at or before `address`; nil if there is none.
  package func lastObject(upTo address: Address) -> ObjectHeader? {
    var piece = firstPiece(endingAfter: address)
    if piece < pieces.count, let (start, type) = pieces[piece].lastObject(upTo: address) {
      return ObjectHeader(address: start, type: traits[Int(type)])
    }
    piece -= 1
    guard piece >= 0, let (start, type) = pieces[piece].lastObject(upTo: address) else { return nil }
    return ObjectHeader(address: start, type: traits[Int(type)])
  }

  func firstPiece(endingAfter address: Address) -> Int {
    pieces.firstIndex(sortedPast: { $0.range.end > address })
  }

  /// Calls `body` with each object in ascending order of addresses, until it returns false.
  package func forEachObject(_ body: (ObjectHeader) throws -> Bool) rethrows {
    for piece in pieces {
      guard try piece.forEachObject({ try body(ObjectHeader(address: $0, type: traits[Int($1)])) }) else { return }
    }
  }

  /// The same for the objects of some types only.
  package func forEachObject(ofTypes numbers: Set<Int>, _ body: (ObjectHeader) throws -> Bool) rethrows {
    var isWanted = [Bool](repeating: false, count: traits.count)
    for number in numbers where isWanted.indices.contains(number) { isWanted[number] = true }
    try forEachObject { try isWanted[Int($0.type.number)] ? body($0) : true }
  }

  /// Calls `body` with each object from one address to another, the last included, in ascending order.
  func forEachObject(from first: Address, through last: Address, _ body: (ObjectHeader) -> Void) {
    for piece in pieces[firstPiece(endingAfter: first)...] where piece.count > 0 {
      guard piece.range.start <= last else { return }
      piece.forEachObject(from: first, through: last) { body(ObjectHeader(address: $0, type: traits[Int($1)])) }
    }
  }
}

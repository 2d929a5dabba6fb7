package import CPython
package import MemoryImage

/// The objects of a process numbered from 0 in the order of their addresses, so that arrays can say something of each.
package struct ObjectNumbers: Sendable {
  package let index: ObjectIndex
  /// The number of the first object of each piece of the index, and at the end the number of all objects.
  private let firsts: [Int]

  /// The number of objects.
  package var count: Int { firsts.last ?? 0 }

  package init(_ index: ObjectIndex) {
    self.index = index
    var firsts = [0]
    for piece in index.pieces { firsts.append((firsts.last ?? 0) + piece.count) }
    self.firsts = firsts
  }

  /// The number of the object that begins at `address`; nil if none does. Takes time logarithmic in the size of the index.
  package func number(of address: Address) -> Int? {
    let piece = index.firstPiece(endingAfter: address)
    guard piece < index.pieces.count else { return nil }
    return index.pieces[piece].rank(of: address).map { firsts[piece] + $0 }
  }

  /// The object with the given number, which is less than `count`. Takes time logarithmic in the size of the index.
  package func object(_ number: Int) -> ObjectHeader {
    var low = 0
    var high = index.pieces.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if firsts[middle] <= number { low = middle } else { high = middle }
    }
    let (address, type) = index.pieces[low].object(at: number - firsts[low])
    return ObjectHeader(address: address, type: index.traits[Int(type)])
  }
}

package import CPython
package import MemoryImage

/// A process with all its objects, and the cores that examine it.
package struct Heap: Sendable {
  package let inferior: Inferior
  package let index: ObjectIndex
  /// The cores, and the progress of the analysis, which can be cancelled.
  package let workers: Workers

  package init(_ index: ObjectIndex, of inferior: Inferior, workers: Workers) {
    (self.inferior, self.index, self.workers) = (inferior, index, workers)
  }

  /// Returns the results of `body` for each piece of the index, computed on all cores, in ascending order. `body` receives a
  /// function that walks the piece's objects.
  ///
  /// - Parameter isWanted: whether the objects of a type are walked, by its number; all if nil.
  /// - Throws: `Cancellation`.
  func mapPieces<Result: Sendable>(
    ofTypes isWanted: [Bool]? = nil, _ body: @Sendable (_ forEachObject: ((ObjectHeader) -> Void) -> Void) -> Result
  ) throws(Cancellation) -> [Result] {
    try workers.map(count: index.pieces.count) { number in
      body { visit in
        let isWanted = isWanted ?? Array(repeating: true, count: index.traits.count)
        index.pieces[number].forEachObject(ofTypes: isWanted) {
          visit(ObjectHeader(address: $0, type: index.traits[Int($1)]))
        }
      }
    }
  }
}

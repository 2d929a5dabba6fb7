package import CPython
import MemoryImage

/// The one pass over all memory that finds every object: the kernel proposes, the judge decides.
package struct HeapScanner: Sendable {
  private let inferior: Inferior
  private let threadCount: Int

  /// A scanner of a process whose types are known.
  package init(_ inferior: Inferior, threadCount: Int) {
    self.inferior = inferior
    self.threadCount = threadCount
  }

  /// Finds every object, using all threads; the result does not depend on their number.
  package func scan() -> ObjectIndex {
    let chunks = inferior.addressSpace.chunks()
    let pieces = concurrentMap(count: chunks.count, threadCount: threadCount) { scan(chunks[$0]) }
    return ObjectIndex(pieces, inferior: inferior)
  }

  private func scan(_ chunk: MemoryChunk) -> IndexPiece {
    var piece = IndexPiece(range: chunk.range, granule: chunk.granule)
    var judge = CandidateJudge(inferior)
    let traits = inferior.types.traits
    chunk.forEachHeader(typeIn: inferior.types.addresses) { address, number in
      let header = ObjectHeader(address: address, type: traits[Int(number)])
      if let reason = judge.reasonToDrop(header) {
        piece.drop(header, reason)
      } else {
        piece.add(header, byteCount: header.byteCount(in: inferior))
      }
    }
    piece.finish()
    return piece
  }
}

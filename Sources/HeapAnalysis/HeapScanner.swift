package import CPython
import CScan
import MemoryImage

/// The one pass over all memory that finds every object: the kernel proposes, the judge decides.
package struct HeapScanner: Sendable {
  private let inferior: Inferior
  private let threadCount: Int

  private let progress: ScanProgress?
  private let isCareful: Bool

  /// A scanner of a process whose types are known.
  ///
  /// - Parameters:
  ///   - progress: is told how far the scan has come.
  ///   - isCareful: look at every candidate in full; slow, and with the same result: for tests.
  package init(
    _ inferior: Inferior, threadCount: Int, progress: ScanProgress? = nil, isCareful: Bool = false
  ) {
    self.progress = progress
    self.inferior = inferior
    self.threadCount = threadCount
    self.isCareful = isCareful
  }

  /// Finds every object, using all threads; the result does not depend on their number.
  package func scan() -> ObjectIndex {
    let chunks = inferior.addressSpace.chunks()
    let blocks = BlockJudge(inferior)
    let found = concurrentMap(count: chunks.count, threadCount: threadCount) { scan(chunks[$0], blocks) }
    let tally = found.reduce(into: IndexTally()) { $0.merge($1.tally) }
    return ObjectIndex(found.compactMap(\.piece), tally, inferior: inferior)
  }

  private func scan(_ chunk: MemoryChunk, _ blocks: BlockJudge) -> (piece: IndexPiece?, tally: IndexTally) {
    var piece = IndexPieceBuilder(range: chunk.range, granule: chunk.granule, typeCount: inferior.types.traits.count)
    var judge = CandidateJudge(inferior)
    var pool = scan_pool()
    let capacity = HeaderBatch.capacity
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: capacity) { sizes in
      unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { verdicts in
        guard let sizes = sizes.baseAddress, let verdicts = verdicts.baseAddress else { return }
        for run in PoolPages.runs(of: chunk, in: inferior) {
          // Blocks begin at multiples of 16, and so do the objects in them, whatever lies around.
          let part = run.isPools ? run.chunk.with(granule: 16) : run.chunk
          part.forEachBatch(typeIn: inferior.types.addresses) { batch in
            if isCareful {
              unsafe verdicts.update(repeating: UInt8(scan_ask.rawValue), count: batch.count)
            } else {
              unsafe blocks.judge(batch, in: part, pool: &pool, verdicts: verdicts, sizes: sizes)
            }
            unsafe decide(batch, at: part.range.start, &judge, &piece, verdicts: verdicts, sizes: sizes)
            unsafe piece.add(batch, at: part.range.start, verdicts: verdicts, sizes: sizes)
          }
        }
      }
    }
    progress?.add(chunk.range.count)
    return piece.finish()
  }

  /// Decides what the kernel left open.
  @unsafe
  private func decide(
    _ batch: HeaderBatch, at start: Address, _ judge: inout CandidateJudge, _ piece: inout IndexPieceBuilder,
    verdicts: UnsafeMutablePointer<UInt8>, sizes: UnsafeMutablePointer<UInt64>
  ) {
    let live = UInt8(scan_live.rawValue)
    let traits = inferior.types.traits
    // SAFETY: there are as many verdicts and sizes as a batch may have headers.
    for index in 0..<batch.count where unsafe verdicts[index] != live {
      let header = unsafe ObjectHeader(
        address: start + Int(batch.positions[index]), type: traits[Int(batch.numbers[index])])
      if unsafe verdicts[index] == UInt8(scan_ask.rawValue), let reason = judge.reasonToDrop(header) {
        piece.drop(header, reason)
        continue
      }
      unsafe verdicts[index] = live
      unsafe sizes[index] = UInt64(truncatingIfNeeded: header.byteCount(in: inferior))
    }
  }
}

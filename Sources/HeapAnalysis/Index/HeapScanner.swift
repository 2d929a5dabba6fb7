package import CPython
import CScan
package import MemoryImage
import NativeProcess

/// The one pass over all memory that finds every object: the kernel proposes, the judge decides.
package struct HeapScanner: Sendable {
  private let inferior: Inferior
  private let workers: Workers
  private let isCareful: Bool

  /// A scanner of a process whose types are known.
  ///
  /// - Parameters:
  ///   - workers: the cores; their progress is that of the scan.
  ///   - isCareful: whether every candidate is judged in full; slow, and with the same result: for tests.
  package init(_ inferior: Inferior, workers: Workers, isCareful: Bool = false) {
    self.inferior = inferior
    self.workers = workers
    self.isCareful = isCareful
  }

  /// Finds every object, using all cores; the result does not depend on their number.
  ///
  /// - Throws: `Cancellation`.
  package func scan() throws(Cancellation) -> ObjectIndex {
    let chunks = inferior.addressSpace.chunks()
    let blocks = BlockJudge(inferior)
    var found = try workers.map(count: chunks.count) { scan(chunks[$0], blocks) }
    try dropUnreferenced(of: &found, in: chunks)
    dropOverlapping(of: &found)
    let tally = found.reduce(into: IndexTally()) { $0.merge($1.tally) }
    return ObjectIndex(found.compactMap(\.piece), tally, inferior: inferior)
  }

  /// What was found in a chunk.
  private struct Found: Sendable {
    var piece: IndexPiece?
    var tally: IndexTally
    /// Those of the objects that are dropped if nothing refers to them, or if they are inside others; in ascending order.
    var doubtful: [ObjectHeader]

    mutating func drop(_ headers: [ObjectHeader], _ reason: InvalidReason, in inferior: Inferior) {
      guard !headers.isEmpty else { return }
      piece = piece?.without(headers.map(\.address))
      let dropped = Set(headers.map(\.address))
      doubtful.removeAll { dropped.contains($0.address) }
      for header in headers { tally.drop(header, byteCount: header.byteCount(in: inferior), reason: reason) }
    }
  }

  /// Drops the doubtful objects that no word of the memory points to: an item of a tuple and the length before it look
  /// like an object, as do words on a stack, and no allocator's record rules them out.
  private func dropUnreferenced(of found: inout [Found], in chunks: [MemoryChunk]) throws(Cancellation) {
    let doubtful = found.flatMap { $0.doubtful.map(\.address) }
    guard !doubtful.isEmpty else { return }
    let marks = ReferenceMarks(doubtful)
    _ = try workers.map(count: chunks.count) { marks.mark(chunks[$0]) }
    for index in found.indices {
      found[index].drop(found[index].doubtful.filter { !marks.contains($0.address) }, .unreferenced, in: inferior)
    }
  }

  /// Drops the doubtful objects that are inside another one. Two objects never overlap: a pointer to the items of a tuple
  /// makes no object of the first of them and the length before it. Of two doubtful objects the lower is the object.
  private func dropOverlapping(of found: inout [Found]) {
    guard found.contains(where: { !$0.doubtful.isEmpty }) else { return }
    let index = ObjectIndex(found.compactMap(\.piece), IndexTally(), inferior: inferior)
    let judge = CandidateJudge(inferior)
    var (last, end) = (Address.null, Address.null)
    for number in found.indices {
      var inside: [ObjectHeader] = []
      for header in found[number].doubtful {
        // What is inside an object, and so none, covers nothing.
        if header.address >= end, let owner = index.lastObject(upTo: header.address - 1), owner.address != last {
          end = owner.address + judge.occupiedByteCount(of: owner)
        }
        guard header.address < end else { continue }
        inside.append(header)
        last = header.address
      }
      found[number].drop(inside, .insideObject, in: inferior)
    }
  }

  private func scan(_ chunk: MemoryChunk, _ blocks: BlockJudge) -> Found {
    var piece = IndexPieceBuilder(range: chunk.range, granule: chunk.granule, typeCount: inferior.types.traits.count)
    var judge = CandidateJudge(inferior)
    var pool = scan_pool()
    var doubtful: [ObjectHeader] = []
    let capacity = HeaderBatch.capacity
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: capacity) { sizes in
      unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { verdicts in
        guard let sizes = sizes.baseAddress, let verdicts = verdicts.baseAddress else { return }
        for run in PoolPages.runs(of: chunk, in: inferior) {
          // Blocks begin at multiples of 16, and so do the objects in them, whatever is around them.
          let part = run.isPools ? run.chunk.with(granule: 16) : run.chunk
          part.forEachBatch(typeIn: inferior.types.addresses) { batch in
            if isCareful {
              unsafe verdicts.update(repeating: UInt8(scan_ask.rawValue), count: batch.count)
            } else {
              unsafe blocks.judge(batch, in: part, pool: &pool, verdicts: verdicts, sizes: sizes)
            }
            unsafe decide(batch, at: part.range.start, &judge, &piece, &doubtful, verdicts: verdicts, sizes: sizes)
            unsafe piece.add(batch, at: part.range.start, verdicts: verdicts, sizes: sizes)
          }
        }
      }
    }
    workers.progress.add(chunk.range.count)
    let (kept, tally) = piece.finish()
    return Found(piece: kept, tally: tally, doubtful: doubtful)
  }

  /// Decides what the kernel left open.
  @unsafe
  private func decide(
    _ batch: HeaderBatch, at start: Address, _ judge: inout CandidateJudge, _ piece: inout IndexPieceBuilder,
    _ doubtful: inout [ObjectHeader], verdicts: UnsafeMutablePointer<UInt8>, sizes: UnsafeMutablePointer<UInt64>
  ) {
    let live = UInt8(scan_live.rawValue)
    let traits = inferior.types.traits
    // SAFETY: there are as many verdicts and sizes as a batch may have headers.
    for index in 0..<batch.count where unsafe verdicts[index] != live {
      let header = unsafe ObjectHeader(
        address: start + Int(batch.positions[index]), type: traits[Int(batch.numbers[index])])
      if unsafe verdicts[index] == UInt8(scan_ask.rawValue) {
        if let reason = judge.reasonToDrop(header) {
          piece.drop(header, reason)
          continue
        }
        if judge.isDoubtful { doubtful.append(header) }
      }
      unsafe verdicts[index] = live
      unsafe sizes[index] = UInt64(truncatingIfNeeded: header.byteCount(in: inferior))
    }
  }
}

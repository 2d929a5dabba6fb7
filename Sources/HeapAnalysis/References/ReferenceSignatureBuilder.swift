import CPython
import MemoryImage

/// Makes the signatures of the references of neighbouring objects: see `ReferenceSignatures`.
@safe
final class ReferenceSignatureBuilder {
  /// The blocks that are complete, each as the words that a file has.
  private(set) var blocks: [[UInt64]] = []
  /// Where the rows of the block begin, and the address of the last object.
  private var starts: [UInt64] = []
  private var last: UInt64 = 0
  /// The distinct references of the last row, except those that its signature could not distinguish from others.
  private var count = 0
  /// The bits of the block's rows, slice by slice. Plain memory: a loop over all references writes to it.
  private let slices: UnsafeMutableBufferPointer<UInt64>

  /// The maximum number of rows in a block, and of references in a row: with more, too many rows have all bits of an address.
  static let rowLimit = 512
  private static let referenceLimit = 64
  private static let wordsPerSlice = rowLimit / 64

  init() {
    unsafe slices = .allocate(capacity: ReferenceSignatures.sliceCount * Self.wordsPerSlice)
    unsafe slices.initialize(repeating: 0)
  }

  deinit { unsafe slices.deallocate() }

  /// Begins the references of the object at `address`, which is after all earlier ones.
  func begin(_ address: Address) {
    last = address.rawValue
    if starts.isEmpty { addRow() }
  }

  /// Adds what the object refers to.
  func add(_ referent: Address) {
    guard !referent.isNull else { return }
    if count == Self.referenceLimit { addRow() }
    let row = starts.count - 1
    let (word, bit) = (row >> 6, UInt64(1) << UInt64(row & 63))
    var missing: UInt64 = 0
    for slice in ReferenceSignatures.Slices(of: referent) {
      // SAFETY: slices are below `sliceCount`, rows below `rowLimit`.
      let place = slice &* Self.wordsPerSlice &+ word
      missing |= unsafe ~slices[place] & bit
      unsafe slices[place] |= bit
    }
    if missing != 0 { count += 1 }
  }

  /// Ends the last block.
  func finish() {
    guard !starts.isEmpty else { return }
    let width = (starts.count + 63) / 64
    var block = [UInt64(starts.count), last]
    block.reserveCapacity(2 + starts.count + ReferenceSignatures.sliceCount * width)
    block += starts
    for slice in 0..<ReferenceSignatures.sliceCount {
      for word in 0..<width { unsafe block.append(slices[slice * Self.wordsPerSlice + word]) }
    }
    blocks.append(block)
    starts.removeAll(keepingCapacity: true)
    unsafe slices.update(repeating: 0)
  }

  private func addRow() {
    if starts.count == Self.rowLimit { finish() }
    starts.append(last)
    count = 0
  }
}

extension Heap {
  /// Calls `write` with the words of a file that stores the signatures of all references, part by part; see
  /// `ReferenceSignatures`. Every object that refers to anything is walked.
  ///
  /// - Parameter identity: what the signatures are of.
  /// - Throws: `ReferenceLimitExceeded` or `Cancellation`, and what `write` throws.
  package func keepReferences(identity: [UInt8], _ write: (RawSpan) throws -> Void) throws {
    let (inferior, pieces) = (inferior, index.pieces)
    // An object that refers only to its type is left out if the type is immortal.
    let isWanted = inferior.types.walks.map { !$0.isLeaf || !$0.type.isNull }
    var table = ReferenceSignatures.Table(identity: identity)
    let budget = ReferenceBudget(for: self)
    // Done in steps, so that little is in memory before it is in the file.
    let step = 64
    for first in stride(from: 0, to: pieces.count, by: step) {
      let found = try workers.map(count: min(step, pieces.count - first)) { number in
        signatures(of: pieces[first + number], ofTypes: isWanted, budget)
      }
      try budget.check()
      for block in found.joined() {
        table.add(block)
        try unsafe write(block.span.bytes)
      }
    }
    let words = table.words
    try unsafe write(words.span.bytes)
  }

  /// The blocks of one piece; incomplete once the budget of all pieces is spent.
  private func signatures(
    of piece: IndexPiece, ofTypes isWanted: [Bool], _ budget: ReferenceBudget
  ) -> [[UInt64]] {
    let builder = ReferenceSignatureBuilder()
    var share = ReferenceBudget.Share(budget)
    piece.forEachObject(ofTypes: isWanted) { address, type in
      guard !share.isSpent else { return }
      builder.begin(address)
      let header = ObjectHeader(address: address, type: inferior.types.traits[Int(type)])
      var count = 0
      header.forEachReferent(in: inferior) { referent, _, _ in
        builder.add(referent)
        count &+= 1
      }
      share.take(count)
    }
    builder.finish()
    share.settle()
    return builder.blocks
  }
}

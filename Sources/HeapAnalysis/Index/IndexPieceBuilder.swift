import CPython
import CScan
import Glibc
import MemoryImage

/// Gathers the objects of one chunk, in the order of their addresses.
struct IndexPieceBuilder {
  private let range: AddressRange
  private let granule: Int
  private let origin: Address
  private let typeCount: Int
  private var memory: PieceMemory?
  /// The totals while objects are added, by type number.
  private var counts: [scan_total] = []
  /// The number of dropped candidates for each type and reason.
  private var dropCounts: [UInt32] = []

  init(range: AddressRange, granule: Int, typeCount: Int) {
    self.range = range
    self.granule = granule
    self.typeCount = typeCount
    origin = range.start.alignedDown(to: UInt64(granule))
  }

  /// Adds those candidates of a batch that are live; see `scan_verdict`. Its positions count from `start`.
  ///
  /// - Precondition: the batch is after all that was added before.
  @unsafe
  mutating func add(
    _ batch: HeaderBatch, at start: Address, verdicts: UnsafePointer<UInt8>, sizes: UnsafePointer<UInt64>
  ) {
    guard batch.count > 0 else { return }
    let memory = memory ?? PieceMemory(wordCount: IndexPiece.wordCount(range, granule: granule))
    if self.memory == nil {
      self.memory = memory
      counts = Array(repeating: scan_total(), count: typeCount)
    }
    let offset = Int(truncatingIfNeeded: start.rawValue &- origin.rawValue)
    // SAFETY: the bitmap has a bit for every position of the range, and `counts` a place for every type.
    unsafe memory.count += scan_record(
      batch.positions, batch.numbers, verdicts, sizes, batch.count, offset, UInt32(granule.trailingZeroBitCount),
      memory.bitmap, &counts, memory.roomForNumbers(batch.count))
  }

  /// Notes why a candidate is no object.
  mutating func drop(_ header: ObjectHeader, _ reason: InvalidReason) {
    let index = Int(header.type.number) &* InvalidReason.allCases.count &+ Int(reason.rawValue)
    if index >= dropCounts.count {
      dropCounts.append(contentsOf: repeatElement(0, count: index + 1 - dropCounts.count))
    }
    dropCounts[index] &+= 1
  }

  /// The piece, nil if it has no objects, and what was counted.
  consuming func finish() -> (piece: IndexPiece?, tally: IndexTally) {
    var tally = IndexTally()
    for (number, total) in counts.enumerated() where total.objects > 0 {
      tally.totals[UInt32(number)] = (Int(total.objects), Int(truncatingIfNeeded: total.bytes))
    }
    for (index, count) in dropCounts.enumerated() where count > 0 {
      let (number, reason) = index.quotientAndRemainder(dividingBy: InvalidReason.allCases.count)
      tally.dropped[UInt32(number), default: [:]][InvalidReason.allCases[reason]] = Int(count)
    }
    guard let memory, memory.count > 0 else { return (nil, tally) }
    memory.giveBackRest()
    let piece = unsafe IndexPiece(
      range: range, granule: granule, count: memory.count, bitmap: memory.bitmap, wordCount: memory.wordCount,
      typeNumbers: memory.numbers, owner: memory)
    return (piece, tally)
  }
}

extension IndexPiece {
  /// The piece without the objects at some addresses, which ascend; nil if none is left.
  func without(_ addresses: [Address]) -> IndexPiece? {
    let memory = PieceMemory(wordCount: wordCount)
    let kept = unsafe memory.roomForNumbers(count)
    var next = addresses.makeIterator()
    var dropped = next.next()
    _ = forEachObject { address, number in
      if address == dropped {
        dropped = next.next()
      } else {
        let bit = Int(truncatingIfNeeded: address.rawValue &- origin.rawValue) / granule
        // SAFETY: the bitmap is as long as the piece's own, and there is room for the numbers of all objects.
        unsafe memory.bitmap[bit >> 6] |= 1 << UInt64(bit & 63)
        unsafe kept[memory.count] = number
        memory.count += 1
      }
      return true
    }
    guard memory.count > 0 else { return nil }
    memory.giveBackRest()
    return unsafe IndexPiece(
      range: range, granule: granule, count: memory.count, bitmap: memory.bitmap, wordCount: wordCount,
      typeNumbers: memory.numbers, owner: memory)
  }
}

/// The memory of one piece. It grows while one thread fills it, and is not written afterwards.
@safe
private final class PieceMemory: @unchecked Sendable {
  let wordCount: Int
  let bitmap: UnsafeMutablePointer<UInt64>
  var numbers: UnsafeMutablePointer<UInt32>
  var count = 0
  private var capacity: Int

  init(wordCount: Int) {
    self.wordCount = wordCount
    unsafe bitmap = .allocate(capacity: wordCount)
    unsafe bitmap.initialize(repeating: 0, count: wordCount)
    // Memory that is never written costs nothing: hardly any heap has more than one object for four granules.
    capacity = wordCount * 16
    unsafe numbers = Self.numbers(capacity, in: nil)
  }

  deinit {
    unsafe bitmap.deallocate()
    unsafe free(numbers)
  }

  /// Where up to `more` numbers can be written after the existing ones.
  @unsafe
  func roomForNumbers(_ more: Int) -> UnsafeMutablePointer<UInt32> {
    if count + more > capacity {
      capacity = max(capacity * 2, count + more)
      unsafe numbers = Self.numbers(capacity, in: numbers)
    }
    return unsafe numbers + count
  }

  /// Releases the memory that the numbers do not use.
  func giveBackRest() {
    capacity = max(1, count)
    unsafe numbers = Self.numbers(capacity, in: numbers)
  }

  private static func numbers(_ capacity: Int, in old: UnsafeMutablePointer<UInt32>?) -> UnsafeMutablePointer<UInt32> {
    guard let memory = unsafe realloc(old, capacity * MemoryLayout<UInt32>.stride) else {
      preconditionFailure("out of memory")
    }
    return unsafe memory.bindMemory(to: UInt32.self, capacity: capacity)
  }
}

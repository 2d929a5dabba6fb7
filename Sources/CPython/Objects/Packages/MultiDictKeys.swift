import MemoryImage

/// The hash table of a `MultiDict` since 6.5: indices into an array of entries in the order of insertion.
///
/// Mirrors `htkeys_t` in multidict's `multidict/_multilib/htkeys.h`. Nothing in it shows which release made it: a form is
/// accepted if sizes, indices, entries and the allocator's block agree with it.
struct MultiDictKeys {
  /// The result of `htkeys_sizeof` and the bytes of `resume_slots`; 0 for the table that all empty ones share.
  let byteCount: Int

  private static let log2Sizes = 3...40
  /// The number of indices and entries that are checked.
  private static let indexLimit = 64
  private static let entryLimit = 4096
  /// The logarithm of the smallest size that may have `resume_slots`.
  private static let leastLog2SizeResumed = 10
  /// The number of bytes by which a block may exceed the request: a rest too small to be split off, or the rest of a page.
  private static let excess = 32
  private static let page = 4096
  private static let leastMapped = 1 << 17

  init?(at address: Address, liveCount: Int, _ table: MultiDictLayout.Table, in inferior: Inferior) {
    guard address.isAligned(to: 8), let head = try? inferior.memory.record(at: address, size: table.headSize) else {
      return nil
    }
    let (log2Size, log2IndexBytes) = (Int(head[MultiDictLayout.log2Size]), Int(head[MultiDictLayout.log2IndexBytes]))
    let (usable, entryCount) = (head[MultiDictLayout.usable], head[MultiDictLayout.entryCount])
    if log2Size == 0 {
      guard log2IndexBytes == 3, usable == 0, entryCount == 0, liveCount == 0 else { return nil }
      byteCount = 0
      return
    }
    guard Self.log2Sizes.contains(log2Size), log2IndexBytes == log2Size + Self.log2IndexSize(log2Size) else { return nil }
    let capacity = (2 << log2Size) / 3
    guard (0...capacity).contains(usable), (0...capacity - usable).contains(entryCount),
      (0...entryCount).contains(liveCount), table.kind == nil || table.kind == head[MultiDictLayout.kind]
    else { return nil }
    let entries = table.headSize + (1 << log2IndexBytes)
    let size = entries + capacity * table.entrySize
    var resumed = 0
    if table.hasResumeSlots, !head[MultiDictLayout.resumeSlots].isNull {
      resumed = (log2Size < 16 ? 2 : 4) << log2Size
      guard (Self.leastLog2SizeResumed..<32).contains(log2Size),
        inferior.memory.isMapped(head[MultiDictLayout.resumeSlots], byteCount: resumed)
      else { return nil }
    }
    guard inferior.memory.isMapped(address, byteCount: size),
      Self.areIndicesValid(
        at: address + table.headSize, log2Size: log2Size, entryCount: entryCount, liveCount: liveCount, in: inferior)
    else { return nil }
    let block = MemoryBlock(at: address, in: inferior)?.byteCount
    if let block, block < size { return nil }
    let isProved =
      liveCount > 0
      ? Self.isFirstEntryValid(at: address + entries, count: entryCount, table, in: inferior)
      : block.map { $0 - size < Self.excess + (size < Self.leastMapped ? 0 : Self.page) } ?? false
    guard isProved else { return nil }
    byteCount = size + resumed
  }

  /// The binary logarithm of an index's size in bytes.
  private static func log2IndexSize(_ log2Size: Int) -> Int { log2Size < 8 ? 0 : log2Size < 16 ? 1 : log2Size < 32 ? 2 : 3 }

  /// Whether the first indices are `DKIX_EMPTY` (-1), `DKIX_DUMMY` (-2) or numbers of entries.
  private static func areIndicesValid(
    at indices: Address, log2Size: Int, entryCount: Int, liveCount: Int, in inferior: Inferior
  ) -> Bool {
    let end = liveCount == 0 ? 0 : entryCount
    func check<Index: FixedWidthInteger & SignedInteger & BitwiseCopyable & Sendable>(_ type: Index.Type) -> Bool {
      let count = min(1 << log2Size, indexLimit)
      guard let all = try? inferior.memory.array(of: Index.self, at: indices, count: count) else { return false }
      return all.allSatisfy { $0 >= -2 && Int($0) < end }
    }
    return switch log2IndexSize(log2Size) {
    case 0: check(Int8.self)
    case 1: check(Int16.self)
    case 2: check(Int32.self)
    default: check(Int64.self)
    }
  }

  /// Whether the first entry in use has a string as its key, and the hash that its identity keeps.
  private static func isFirstEntryValid(
    at entries: Address, count: Int, _ table: MultiDictLayout.Table, in inferior: Inferior
  ) -> Bool {
    for index in 0..<min(count, entryLimit) {
      guard let entry = try? inferior.memory.record(at: entries + index * table.entrySize, size: table.entrySize) else {
        return false
      }
      let key = entry[FieldOffset<Address>(table.identity ?? table.key)]
      if key.isNull { continue }
      guard inferior.object(at: key)?.type.kind == .str else { return false }
      guard let hash = table.hash else { return true }
      // Since 6.9 the highest bit is not part of the hash: a search marks with it what it has found.
      let kept = try? inferior.memory.load(Int.self, at: key + inferior.layout.unicode.hash.bytes)
      return kept.map { ($0 ^ entry[FieldOffset<Int>(hash)]) & Int.max == 0 } ?? false
    }
    return false
  }
}

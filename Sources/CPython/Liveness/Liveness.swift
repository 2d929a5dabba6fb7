package import MemoryImage

/// Whether an object's header shows that it is alive. A freed object keeps its type.
package enum Liveness {
  /// A greater count is a pointer or other data: no object has so many references (before 3.12).
  private static let largestCount: UInt64 = 1 << 40

  /// Whether the reference count of the object at `address` is possible for a live object.
  @inlinable
  package static func isReferenceCountValid(of address: Address, in inferior: Inferior) -> Bool {
    guard let word: UInt64 = try? inferior.memory.load(at: address + inferior.layout.object.ob_refcnt.bytes) else {
      return false
    }
    return isValid(word, rule: inferior.layout.object.referenceCount)
  }

  /// Whether the word at `ob_refcnt` is the count of a live object.
  ///
  /// A freed block begins with a pointer to the next free one, or null, in place of the count (Objects/obmalloc.c, and
  /// since 3.14 the free lists of Include/internal/pycore_freelist.h).
  package static func isValid(_ word: UInt64, rule: ReferenceCountRule) -> Bool {
    switch rule {
    case .wholeWord:
      return word > 0 && word < largestCount
    case .lowHalf:
      return word > 0 && word >> 32 <= 1
    case .lowHalfBesideFlags:
      // A pointer into a heap has some of the bits 32 to 47 (`ob_overflow`) set.
      return word & 0xFFFF_FFFF_FFFF != 0 && word >> 32 & 0xFFFF <= 1
    }
  }

  /// Whether an immortal object's count has overflowed into the upper half.
  ///
  /// Extensions built against the stable ABI of versions before 3.12 count in the whole word, and PEP 683 allows them to.
  /// 0xFFFF_FFFF and 24 more references are 0x1_0000_0017, which the interpreter reads as 23.
  package static func hasRunOver(_ word: UInt64, rule: ReferenceCountRule) -> Bool {
    rule != .wholeWord && word >> 32 & 0xFFFF == 1
  }

  /// The reference count; nil for an immortal object.
  package static func referenceCount(_ word: UInt64, rule: ReferenceCountRule) -> Int? {
    switch rule {
    case .wholeWord: return Int(truncatingIfNeeded: word)
    case .lowHalf, .lowHalfBesideFlags:
      return word & 0x8000_0000 != 0 || hasRunOver(word, rule: rule) ? nil : Int(word & 0xFFFF_FFFF)
    }
  }

  /// The reference count of the object at an address; nil for an immortal one, or where it is not in the dump.
  package static func referenceCount(ofObjectAt address: Address, in inferior: Inferior) -> Int? {
    let layout = inferior.layout.object
    let word: UInt64? = try? inferior.memory.load(at: address + layout.ob_refcnt.bytes)
    return word.flatMap { referenceCount($0, rule: layout.referenceCount) }
  }

  /// Whether the neighbours of a tracked object in the collector's list link back to it (`PyGC_Head`). Also true for an
  /// untracked object whose head holds nothing else. `object` is the address of the object, after its head.
  package static func areGCLinksValid(of object: Address, in inferior: Inferior) -> Bool {
    let layout = inferior.layout.gcHead
    let head = object - layout.size
    guard let record = try? inferior.memory.record(at: head, size: layout.size) else { return false }
    // The two lowest bits of `_gc_prev` and, since 3.14, the lowest of `_gc_next` are flags.
    let next = Address(record[layout.gc_next] & ~linkFlags)
    let previous = Address(record[layout.gc_prev] & ~linkFlags)
    // An untracked object's head holds only whether its finalizer was called (`_PyObject_GC_UNTRACK`). A deeply nested
    // object may have been in a chain of objects to be freed, whose link is still there
    // (`_PyTrash_thread_deposit_object`): the type's free list reuses the block unchanged.
    if next.isNull {
      let isUnlinked = record[layout.gc_prev] & ~finalized == 0 || inferior.object(at: previous) != nil
      return record[layout.gc_next] == 0 && isUnlinked
    }
    // The head of a list may be at a multiple of 4, as that of a generation is in 3.13.15.
    let isCounted = isBeingCounted(head, in: inferior)
    guard !previous.isNull || isCounted else { return false }
    // One neighbour that links back is enough: the memory of the other may be missing or damaged.
    if let back: UInt64 = try? inferior.memory.load(at: next + layout.gc_prev.bytes), back & ~linkFlags == head.rawValue {
      return true
    }
    if isCounted, isBeingCounted(next, in: inferior) { return true }
    guard let forth: UInt64 = try? inferior.memory.load(at: previous + layout.gc_next.bytes) else { return false }
    return forth & ~linkFlags == head.rawValue
  }

  /// Whether an object with a head is in one of the collector's lists.
  package static func isTracked(_ object: Address, in inferior: Inferior) -> Bool {
    let layout = inferior.layout.gcHead
    return (try? inferior.memory.load(UInt64.self, at: object - layout.size + layout.gc_next.bytes)).map { $0 != 0 } ?? true
  }

  /// Whether a collection is counting the references to the object with this head. Then `_gc_prev` holds the rest of its
  /// count instead of the link (`update_refs` and `subtract_refs`, Python/gc.c).
  private static func isBeingCounted(_ head: Address, in inferior: Inferior) -> Bool {
    let layout = inferior.layout
    guard let word: UInt64 = try? inferior.memory.load(at: head + layout.gcHead.gc_prev.bytes), word & collecting != 0,
      let count: UInt64 = try? inferior.memory.load(at: head + layout.gcHead.size + layout.object.ob_refcnt.bytes)
    else { return false }
    return word >> 2 <= UInt64(clamping: referenceCount(count, rule: layout.object.referenceCount) ?? 0)
  }

  /// The two lowest bits of a link, which are flags.
  private static let linkFlags: UInt64 = 3
  /// `_PyGC_PREV_MASK_FINALIZED`.
  private static let finalized: UInt64 = 1
  /// `_PyGC_PREV_MASK_COLLECTING`: the object is in the generation that is being collected.
  private static let collecting: UInt64 = 2
}

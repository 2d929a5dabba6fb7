import CPython
import MemoryImage

/// Decides which candidates are live objects. One judge serves one chunk of memory: it remembers the pool it is in.
struct CandidateJudge {
  private let inferior: Inferior
  private let memory: MemoryReader
  private let poolMask: UInt64
  private let largestBlock: Int
  private let referenceCount: ReferenceCountRule
  private var poolAddress = Address.null
  /// The pool there, one without blocks if there is none. No optional: taking it out of one would copy it each time.
  private var pool = PymallocPool()

  init(_ inferior: Inferior) {
    self.inferior = inferior
    memory = inferior.memory
    poolMask = UInt64(inferior.layout.pymalloc.poolSize)
    largestBlock = inferior.layout.pymalloc.largestBlock
    referenceCount = inferior.layout.object.referenceCount
  }

  /// Why the candidate is no live object; nil if it is one.
  ///
  /// In a pool of pymalloc the allocator's word decides: the block is in use, begins where the object does, and its
  /// reference count is one. What the object says of itself is not asked, so that an object that contradicts its layout
  /// is still found, and reported by the validation. Elsewhere the object must hold together in every respect.
  mutating func reasonToDrop(_ candidate: ObjectHeader) -> InvalidReason? {
    let address = candidate.address
    guard let word: UInt64 = try? memory.load(at: address),
      Liveness.isValid(word, rule: referenceCount)
    else { return .invalidReferenceCount }
    let start = address - candidate.type.preheaderSize
    enterPool(of: start)
    if pool.blockSize > 0 {
      guard pool.isBlockInUse(at: start) else { return .freeBlock }
      guard candidate.type.preheaderSize &+ leastSize(of: candidate.type) <= pool.blockSize else {
        return .blockTooSmall
      }
      if hasGCHead(candidate), !Liveness.areGCLinksValid(of: address, in: inferior) { return .brokenGCLinks }
      // An array of pointers may lie in a block too; where heaps have low addresses, its first can pass for a count.
      let count = Liveness.referenceCount(word, rule: referenceCount) ?? 0
      if count <= Self.suspiciousCount { return nil }
    }
    guard address.isAligned(to: 16) || mayBeMisaligned(candidate.type, word) else { return .misplaced }
    if isPointer(word), candidate.type.kind != .none { return .invalidReferenceCount }
    if ConstantMemory.contains(address, in: inferior.constantRanges) { return .constantMemory }
    if hasGCHead(candidate), !Liveness.areGCLinksValid(of: address, in: inferior) { return .brokenGCLinks }
    return candidate.invalidReason(in: inferior)
  }

  /// A count beyond this is looked at twice: hardly an object but `None` has so many references.
  private static let suspiciousCount = 1 << 20

  private mutating func enterPool(of address: Address) {
    let page = address.alignedDown(to: poolMask)
    guard page != poolAddress else { return }
    poolAddress = page
    pool = PymallocPool(at: page, in: inferior) ?? PymallocPool()
  }

  /// A type object has a head only if it was made at run time (`type_is_gc`, Objects/typeobject.c).
  private func hasGCHead(_ candidate: ObjectHeader) -> Bool {
    guard candidate.type.isGC else { return false }
    guard candidate.type.kind == .type, let type = try? PyTypeObject(candidate, in: inferior) else { return true }
    return type.flags(in: inferior).contains(.heapType)
  }

  /// The bytes that every object of the type has. A compact string is smaller than its type's basic size, and so are
  /// some C types' objects that leave out their last field, such as a `datetime.time` without a time zone.
  private func leastSize(of type: TypeTraits) -> Int {
    if type.kind == .str { return inferior.layout.unicode.asciiSize }
    return type.kind == .generic && !type.flags.contains(.heapType) ? inferior.layout.object.size : type.basicSize
  }

  /// Whether an object outside of pools may begin 8 bytes after a multiple of 16: allocators never put one there, and
  /// of static ones the compiler puts there what lies inside a larger structure, which is immortal, or is tiny, as
  /// `None` is. Tables of small numbers and types look like objects otherwise.
  private func mayBeMisaligned(_ type: TypeTraits, _ word: UInt64) -> Bool {
    switch referenceCount {
    case .wholeWord: type.basicSize <= inferior.layout.object.size
    case .lowHalf: Liveness.referenceCount(word, rule: referenceCount) == nil
    }
  }

  /// Whether the word at `ob_refcnt` is the address of something: in a program with static data at low addresses the
  /// pointers of a structure can pass for counts. Only `None` ever had so many references before it became immortal.
  private func isPointer(_ word: UInt64) -> Bool {
    let count = Liveness.referenceCount(word, rule: referenceCount) ?? 0
    return count > Self.suspiciousCount && inferior.memory.isMapped(Address(word), byteCount: 1)
  }
}

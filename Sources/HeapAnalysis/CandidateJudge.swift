import CPython
import MemoryImage

/// Decides which candidates are live objects. One judge serves one chunk of memory: it remembers the pool it is in.
struct CandidateJudge {
  private let inferior: Inferior
  private let poolMask: UInt64
  private let largestBlock: Int
  private let referenceCount: ReferenceCountRule
  private var poolAddress = Address.null
  private var pool: PymallocPool?

  init(_ inferior: Inferior) {
    self.inferior = inferior
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
    guard let word: UInt64 = try? inferior.memory.load(at: address),
      Liveness.isValid(word, rule: referenceCount)
    else { return .invalidReferenceCount }
    let start = address - candidate.type.preheaderSize
    enterPool(of: start)
    if let pool {
      guard pool.isBlockInUse(at: start) else { return .freeBlock }
      // A string is smaller than its type's basic size where it is compact.
      let isString = candidate.type.kind == .str
      let basicSize = isString ? inferior.layout.unicode.asciiSize : candidate.type.basicSize
      guard candidate.type.preheaderSize &+ basicSize <= pool.blockSize else { return .blockTooSmall }
      if candidate.type.isGC && !hasPlausibleGCHead(address) { return .brokenGCLinks }
      // An array of pointers may lie in a block too; where heaps have low addresses, its first can pass for a count.
      let count = Liveness.referenceCount(word, rule: referenceCount) ?? 0
      if count <= Self.suspiciousCount { return nil }
    }
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
    pool = PymallocPool(at: page, in: inferior)
  }

  /// A type object has a head only if it was made at run time (`type_is_gc`, Objects/typeobject.c).
  private func hasGCHead(_ candidate: ObjectHeader) -> Bool {
    guard candidate.type.isGC else { return false }
    guard candidate.type.kind == .type, let type = try? PyTypeObject(candidate, in: inferior) else { return true }
    return type.flags(in: inferior).contains(.heapType)
  }

  /// The quick look inside a pool: links are null or aligned, without following them.
  private func hasPlausibleGCHead(_ object: Address) -> Bool {
    let layout = inferior.layout.gcHead
    guard let next: UInt64 = try? inferior.memory.load(at: object - layout.size + layout.gc_next.bytes) else {
      return false
    }
    return next & 6 == 0
  }
}

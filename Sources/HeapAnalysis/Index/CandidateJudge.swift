import CPython
import MemoryImage
import NativeProcess

/// Decides which candidates are live objects. One judge serves one chunk of memory, and keeps the pool and the place of
/// the last candidate.
struct CandidateJudge {
  let inferior: Inferior
  let memory: MemoryReader
  let referenceCount: ReferenceCountRule
  let places: RegionUses
  let records: AllocationRecords
  /// Whether the candidate judged last is an object only if something refers to it: neither an allocator's record nor
  /// the collector confirms it.
  private(set) var isDoubtful = false
  private let poolMask: UInt64
  private let blockPrefixSize: Int
  private let largestCount: UInt64
  private var poolAddress = Address.null
  /// The pool there, one without blocks if there is none. Not optional: unwrapping would copy it each time.
  private var pool = PymallocPool()
  private var place = RegionUses.Place()
  /// The heap that the place is, if it is one. If each candidate took it from the list, all threads would contend for
  /// its reference count.
  private var heap: MallocHeap?
  /// The bytes of the tables that the objects judged so far claim to have.
  private var claimed = 0
  private let mostClaimed: Int

  init(_ inferior: Inferior) {
    self.inferior = inferior
    memory = inferior.memory
    places = inferior.places
    records = inferior.allocationRecords
    poolMask = UInt64(inferior.layout.pymalloc.poolSize)
    blockPrefixSize = inferior.blockPrefixSize
    referenceCount = inferior.layout.object.referenceCount
    // Each reference takes a word, except those to the static objects of 3.11, which begin with 999,999,999.
    mostClaimed = 2 &* inferior.addressSpace.byteCount
    largestCount = 1 << 31 &+ UInt64(inferior.addressSpace.byteCount / 8)
  }

  /// Why the candidate is no live object; nil if it is one.
  ///
  /// In a pool of pymalloc the allocator decides: the block is in use, it begins where the object does, and its
  /// reference count is valid. The object's other fields are not checked, so an object that contradicts its layout is
  /// still found, and the validation reports it. Elsewhere every field of the object must be consistent.
  mutating func reasonToDrop(_ candidate: ObjectHeader) -> InvalidReason? {
    isDoubtful = false
    let address = candidate.address
    let start = self.start(of: candidate)
    guard let word: UInt64 = try? memory.load(at: address), word <= largestCount || referenceCount != .wholeWord,
      Liveness.isValid(word, rule: referenceCount)
    else { return reasonForCount(start) }
    enterPool(of: start)
    if pool.blockSize > 0 {
      guard pool.isBlockInUse(at: start) else { return .freeBlock }
      guard leastBlock(for: candidate) <= pool.blockSize else { return .blockTooSmall }
      if hasGCHead(candidate) {
        guard Liveness.areGCLinksValid(of: address, in: inferior) else { return .brokenGCLinks }
        if beginsObject(at: start) { return .insideBlock }
      }
      // An array of pointers may be in a block too; where heaps have low addresses, its first word can pass for a count.
      if !isSuspicious(word) { return candidate.type.isGC ? nil : reasonForSize(candidate) }
    }
    if isPointer(word), candidate.type.kind != .none { return .invalidReferenceCount }
    enterPlace(of: address)
    if pool.blockSize == 0, let reason = reasonByPlace(candidate, start: start, word: word) { return reason }
    if hasGCHead(candidate), !isStaticForEver(word), !Liveness.areGCLinksValid(of: address, in: inferior) {
      return .brokenGCLinks
    }
    guard isClaimPossible(candidate) else { return .sizeOutOfRange }
    isDoubtful = pool.blockSize == 0 && !isConfirmed(candidate, word: word)
    return candidate.invalidReason(in: inferior)
  }

  /// Whether more than its own contents confirms a candidate outside of pools: an allocator's record or the collector, or
  /// a program's data, if several instances of its type can be there, with a count that is not large. At multiples of 8,
  /// tables of small numbers and types look like objects.
  private func isConfirmed(_ candidate: ObjectHeader, word: UInt64) -> Bool {
    switch place.kind {
    case .other: !records.areProgramsKnown || records.areComplete || isTracked(candidate)
    case .data:
      candidate.type.kind == .type || isStaticForEver(word)
        || !records.singletonTypes.contains(candidate.type.number) && candidate.address.isAligned(to: 16)
          && !isSuspicious(word)
    case .constant, .interpreterData, .heap: true
    }
  }

  /// Whether the objects of a chunk can have such tables together: each table belongs to one object, or is the keys of
  /// many dicts. In a hostile dump a thousand objects can share a table, which would be searched once for each of them.
  private mutating func isClaimPossible(_ candidate: ObjectHeader) -> Bool {
    switch candidate.type.kind {
    // A table that is not in the dump is not searched, and a cut dump can have lost much.
    case .list where candidate.invalidReason(in: inferior) != nil: return true
    case .list, .dict, .orderedDict, .defaultDict, .set, .deque, .decimal, .structure: break
    default: return true
    }
    let size = candidate.byteCount(in: inferior)
    guard size > Self.largeTable else { return true }
    let (sum, overflow) = claimed.addingReportingOverflow(size)
    guard !overflow, sum <= mostClaimed else { return false }
    claimed = sum
    return true
  }

  /// The size in bytes up to which searching a table takes negligible time.
  private static let largeTable = 1 << 14

  /// The reason to drop an object whose count is invalid: the allocator may give a more precise one.
  private mutating func reasonForCount(_ start: Address) -> InvalidReason {
    enterPool(of: start)
    guard pool.blockSize > 0 else { return .invalidReferenceCount }
    return pool.isBlockInUse(at: start) ? .freeList : .freeBlock
  }

  /// The reason to drop an object without a collector's head that is larger than its block in a pool; nil if there is none.
  ///
  /// A block that was allocated and only partly written keeps the header of a dead object, and some bytes of its sizes.
  /// A dead object with a head keeps a count of 0.
  private func reasonForSize(_ candidate: ObjectHeader) -> InvalidReason? {
    guard candidate.isSizePossible(in: inferior) else { return .sizeOutOfRange }
    let type = candidate.type
    guard type.itemSize > 0 || type.kind == .str else { return nil }
    let room = pool.blockSize &- type.preheaderSize &- blockPrefixSize
    guard candidate.inPlaceByteCount(in: inferior) <= room else { return .blockTooSmall }
    let reason = candidate.invalidReason(in: inferior)
    if reason == .sizeOutOfRange { return reason }
    // A string that is not ready has its text elsewhere, so nothing else confirms it.
    let isReady = type.kind != .str || (try? PyUnicodeObject(candidate, in: inferior))?.kind != 0
    return isReady ? nil : reason
  }

  /// Where the block of a candidate begins. A static type may be in a block too, as NumPy's are, and has no head there.
  private func start(of candidate: ObjectHeader) -> Address {
    candidate.address - (isStaticType(candidate) ? 0 : candidate.type.preheaderSize) - blockPrefixSize
  }

  private func isStaticType(_ candidate: ObjectHeader) -> Bool {
    candidate.type.kind == .type && !hasGCHead(candidate)
  }

  /// The bytes that a block must have to hold the candidate.
  func leastBlock(for candidate: ObjectHeader) -> Int {
    isStaticType(candidate)
      ? inferior.blockPrefixSize &+ inferior.layout.type.size : size(upToLeastOf: candidate.type)
  }

  private func reasonByPlace(_ candidate: ObjectHeader, start: Address, word: UInt64) -> InvalidReason? {
    let start = DebugHooks.outermostStart(of: start, in: inferior)
    return switch place.kind {
    case .constant: .constantMemory
    case .interpreterData, .data: reasonInData(candidate, word: word, isInterpreter: place.kind == .interpreterData)
    case .heap: heap.flatMap { reasonInHeap($0, candidate, start: start) }
    case .other: reasonElsewhere(candidate, start: start, word: word)
    }
  }

  /// A larger count is checked further: hardly any object but `None` has so many references.
  static let suspiciousCount = 1 << 20

  private func isSuspicious(_ word: UInt64) -> Bool {
    (Liveness.referenceCount(word, rule: referenceCount) ?? 0) > Self.suspiciousCount
      || Liveness.hasRunOver(word, rule: referenceCount)
  }

  private mutating func enterPool(of address: Address) {
    let page = address.alignedDown(to: poolMask)
    guard page != poolAddress else { return }
    poolAddress = page
    pool = PymallocPool(at: page, in: inferior) ?? PymallocPool()
  }

  /// Whether an object without a head begins the block, so that the candidate after a head is that object's contents:
  /// the last word of a block often keeps an earlier value.
  private func beginsObject(at start: Address) -> Bool {
    let offset = inferior.layout.object.ob_type.bytes
    guard let type = try? memory.load(Address.self, at: start + blockPrefixSize + offset),
      let count: UInt64 = try? memory.load(at: start + blockPrefixSize),
      Liveness.isValid(count, rule: referenceCount), let number = inferior.types.number(of: type)
    else { return false }
    return !inferior.types.traits[number].isGC
  }

  private mutating func enterPlace(of address: Address) {
    guard !place.contains(address) else { return }
    place = places.place(of: address)
    heap = if case .heap(let index) = place.kind { places.mallocHeaps.heaps[index] } else { nil }
  }

  /// Whether an object with this count in the place is static and immortal. The compiler gives it no collector's head,
  /// as it is never tracked; such are the executors that a build with a JIT shares.
  private func isStaticForEver(_ word: UInt64) -> Bool {
    (place.kind == .data || place.kind == .interpreterData)
      && Liveness.referenceCount(word, rule: referenceCount) == nil
  }

  /// Whether the word at `ob_refcnt` is a mapped address: in a program with static data at low addresses the pointers
  /// of a structure can pass for counts. Only `None` ever had so many references before it became immortal.
  private func isPointer(_ word: UInt64) -> Bool {
    isSuspicious(word) && inferior.memory.isMapped(Address(word), byteCount: 1)
  }
}

extension CandidateJudge {
  /// A type object has a head only if it was made at run time (`type_is_gc`, Objects/typeobject.c).
  func hasGCHead(_ candidate: ObjectHeader) -> Bool {
    guard candidate.type.isGC else { return false }
    guard candidate.type.kind == .type, let type = try? PyTypeObject(candidate, in: inferior) else { return true }
    return type.flags(in: inferior).contains(.heapType)
  }

  /// The least size of a block: what precedes an object of the type, and what every such object has.
  func size(upToLeastOf type: TypeTraits) -> Int {
    inferior.blockPrefixSize &+ type.preheaderSize &+ leastSize(of: type)
  }

  /// The bytes that every object of the type has. A compact string is smaller than its type's basic size. So are
  /// objects of some C types that omit their last field, such as a `datetime.time` without a time zone.
  private func leastSize(of type: TypeTraits) -> Int {
    switch type.kind {
    case .str: return inferior.layout.unicode.asciiSize
    case .time: return inferior.layout.dateTime.timeZone.bytes
    case .dateTime: return inferior.layout.dateTime.dateTimeZone.bytes
    default: break
    }
    return type.kind == .generic && !type.flags.contains(.heapType) ? inferior.layout.object.size : type.basicSize
  }
}

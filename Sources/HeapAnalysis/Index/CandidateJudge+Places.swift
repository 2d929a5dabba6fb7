import CPython
import MemoryImage
import NativeProcess

/// What each place outside of pymalloc's pools requires of an object.
extension CandidateJudge {
  /// In static data: what the compiler put there, and not what was made at run time.
  func reasonInData(_ candidate: ObjectHeader, word: UInt64, isInterpreter: Bool) -> InvalidReason? {
    guard candidate.address.isAligned(to: 16) || records.areStaticsAtEights || mayBeMisaligned(candidate, word) else {
      return .misplaced
    }
    // The only instance of a type is in the interpreter's data, or where the linker copied it to. There it has the count of
    // immortal objects, in versions that have them; in others it is an object only if something refers to it.
    if !isInterpreter, records.singletonTypes.contains(candidate.type.number), referenceCount != .wholeWord,
      Liveness.referenceCount(word, rule: referenceCount) != nil
    {
      return .misplaced
    }
    // A flag beside a variable that holds a type made at run time looks like an instance of that type, and is none.
    if candidate.type.flags.contains(.heapType), candidate.type.kind != .type { return .misplaced }
    // Nor is there one of a type that the collector visits, as that takes a head, which is in its list: an extension in
    // Rust keeps the type of `types.SimpleNamespace` beside the state of a cell, and one of Cython `super` beside a flag.
    if !isInterpreter, hasGCHead(candidate), Liveness.referenceCount(word, rule: referenceCount) != nil,
      !isTracked(candidate)
    {
      return .misplaced
    }
    // The interpreter's static objects are immortal since 3.12. Its tables of types with numbers between them are not,
    // nor are the types and module definitions of modules that are built in, in 3.12.
    guard isInterpreter, referenceCount != .wholeWord, Liveness.referenceCount(word, rule: referenceCount) != nil else {
      return nil
    }
    let isType = candidate.type.kind == .type && inferior.types.number(of: candidate.address) != nil
    let isDefinition = isModuleDefinition(candidate)
    let before = (try? memory.load(Address.self, at: candidate.address - 8)) ?? .null
    return (isType || isDefinition) && inferior.types.number(of: before) == nil ? nil : .misplaced
  }

  /// In a heap of the C library: the beginning of a chunk that is in use and large enough. An object elsewhere in the
  /// heap is accepted only if the collector knows it.
  func reasonInHeap(_ heap: MallocHeap, _ candidate: ObjectHeader, start: Address) -> InvalidReason? {
    guard !records.singletonTypes.contains(candidate.type.number) else { return .misplaced }
    if let chunk = heap.chunk(withContentsAt: start) {
      guard chunk.isInUse else { return .freedChunk }
      return leastBlock(for: candidate) <= chunk.byteCount ? nil : .blockTooSmall
    }
    if isTracked(candidate) { return nil }
    return heap.chunk(containing: start)?.isInUse == true ? .insideBlock : .freedChunk
  }

  /// Anywhere else: the beginning of a large block; or anything, if other allocators may have put objects there.
  func reasonElsewhere(_ candidate: ObjectHeader, start: Address, word: UInt64) -> InvalidReason? {
    guard candidate.address.isAligned(to: 16) || mayBeMisaligned(candidate, word) else { return .misplaced }
    guard !records.singletonTypes.contains(candidate.type.number) else { return .misplaced }
    if isTracked(candidate) { return nil }
    if records.arePoolsInUse, isInPools(candidate) { return .misplaced }
    guard records.areComplete else { return nil }
    let size = largestSize(of: candidate)
    if places.mallocHeaps.isMappedChunk(at: start, byteCount: size) { return nil }
    // A large block may be in a heap whose chain is broken.
    return size > inferior.layout.pymalloc.largestBlock ? nil : .misplaced
  }

  /// Whether the object's block is so small that pymalloc takes it from a pool. An object of variable size may have
  /// been larger and have shrunk in place.
  private func isInPools(_ candidate: ObjectHeader) -> Bool {
    let type = candidate.type
    let isFixed = type.itemSize == 0 && type.kind != .str || type.kind == .int
    return isFixed && max(leastBlock(for: candidate), largestSize(of: candidate)) <= inferior.layout.pymalloc.largestBlock
  }

  /// Whether the collector knows the object: its head has links, and they lead back.
  func isTracked(_ candidate: ObjectHeader) -> Bool {
    guard hasGCHead(candidate),
      let next: UInt64 = try? memory.load(at: candidate.address - inferior.layout.gcHead.size)
    else { return false }
    return next & ~3 != 0 && Liveness.areGCLinksValid(of: candidate.address, in: inferior)
  }

  /// The bytes of the object's own block.
  private func largestSize(of candidate: ObjectHeader) -> Int {
    let type = candidate.type
    if type.kind == .str || type.itemSize > 0 { return inferior.blockPrefixSize &+ candidate.byteCount(in: inferior) }
    return max(size(upToLeastOf: type), inferior.blockPrefixSize &+ type.preheaderSize &+ type.basicSize)
  }

  /// The bytes from an object's address on that are certainly its own: its items and its text count, a table elsewhere and
  /// fields that some of its type omit do not.
  func occupiedByteCount(of object: ObjectHeader) -> Int {
    switch object.type.kind {
    case .tuple, .str, .bytes, .int, .code: max(0, object.inPlaceByteCount(in: inferior))
    case .type: inferior.layout.type.size
    default: leastBlock(for: object) &- object.type.preheaderSize &- inferior.blockPrefixSize
    }
  }

  /// Whether an object outside of pools may begin 8 bytes after a multiple of 16.
  ///
  /// Allocators never put one there. The compiler puts a static object there if it is part of a larger structure, and
  /// then it is immortal or, in 3.11, begins with a count of 999,999,999; if it is tiny, as `None` is; or if it follows
  /// another of its type in an array, as NumPy's `True` does. The compiler of Rust aligns all to 8 bytes; of these
  /// only definitions of modules are objects, and something must refer to them. Otherwise tables of small numbers and
  /// types would look like objects.
  private func mayBeMisaligned(_ candidate: ObjectHeader, _ word: UInt64) -> Bool {
    if isModuleDefinition(candidate) { return true }
    let size = candidate.type.basicSize
    if size % 16 == 8, isObject(at: candidate.address - size, of: candidate.type) { return true }
    switch referenceCount {
    case .wholeWord: return size <= inferior.layout.object.size || word >= 1 << 29
    case .lowHalf, .lowHalfBesideFlags: return Liveness.referenceCount(word, rule: referenceCount) == nil
    }
  }

  func isModuleDefinition(_ candidate: ObjectHeader) -> Bool {
    inferior.types.builtin("moduledef")?.traits.number == candidate.type.number
  }

  /// Whether the word at `ob_type` and the count of what may begin at `address` are those of an object of the type.
  private func isObject(at address: Address, of type: TypeTraits) -> Bool {
    guard let kind = try? memory.load(Address.self, at: address + inferior.layout.object.ob_type.bytes),
      let count: UInt64 = try? memory.load(at: address), Liveness.isValid(count, rule: referenceCount)
    else { return false }
    return inferior.types.number(of: kind) == Int(type.number)
  }
}

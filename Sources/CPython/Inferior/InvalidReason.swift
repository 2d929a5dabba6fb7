/// The reason why a candidate cannot be the object that its type states, or why an object contradicts its layout.
package enum InvalidReason: UInt8, Error, Sendable, CaseIterable {
  /// Not all of the structure is in the dump.
  case unmapped
  /// The reference count is 0 or too large: a freed object, or not an object.
  case invalidReferenceCount
  /// The object is where no allocator puts one, and the compiler only immortal ones: on a stack, in a table.
  case misplaced
  /// The object is in constant memory: a template from which objects were copied.
  case constantMemory
  /// Its neighbours in the collector's list do not link back.
  case brokenGCLinks
  /// The address is not the beginning of a pymalloc block, or the block is free.
  case freeBlock
  /// The block is in use for the allocator but not for Python: it is on one of the interpreter's free lists, or waits to
  /// be freed.
  case freeList
  /// The object is in a chunk of the C library's heap that is free, or was never given out.
  case freedChunk
  /// The object is inside a block of the C library's heap, not at its beginning: in a buffer or a C structure.
  case insideBlock
  /// The object is inside another one.
  case insideObject
  /// The block is too small for the object.
  case blockTooSmall
  /// No allocator's record, no list of the collector and no pointer in memory confirms the object.
  case unreferenced
  /// A size or count is negative, or larger than the memory of the process.
  case sizeOutOfRange
  /// A pointer is null that must not be.
  case nullPointer
  /// A pointer is not aligned, so that it cannot be the address of an object.
  case misalignedPointer
  /// The array of items, keys, entries or characters is not in the dump.
  case unmappedItems
  /// A field that must lead to an object of a certain type leads to something else.
  case wrongReferentType
  /// An item points at something that is not an object.
  case invalidReferent
  /// A bit field has a value without a meaning.
  case invalidState
  /// The characters contradict the state, or are outside Unicode's range.
  case invalidData
  /// A dict's or set's table contradicts itself.
  case invalidTable
}

extension InvalidReason: CustomStringConvertible {
  /// The reason as it is printed: its name in lower case with underscores.
  package var description: String {
    switch self {
    case .unmapped: "unmapped"
    case .invalidReferenceCount: "invalid_refcount"
    case .misplaced: "misplaced"
    case .constantMemory: "constant_memory"
    case .brokenGCLinks: "broken_gc_links"
    case .freeBlock: "free_block"
    case .freeList: "free_list"
    case .freedChunk: "freed_chunk"
    case .insideBlock: "inside_block"
    case .insideObject: "inside_object"
    case .blockTooSmall: "block_too_small"
    case .unreferenced: "unreferenced"
    case .sizeOutOfRange: "size_out_of_range"
    case .nullPointer: "null_pointer"
    case .misalignedPointer: "misaligned_pointer"
    case .unmappedItems: "unmapped_items"
    case .wrongReferentType: "wrong_referent_type"
    case .invalidReferent: "invalid_referent"
    case .invalidState: "invalid_state"
    case .invalidData: "invalid_data"
    case .invalidTable: "invalid_table"
    }
  }
}

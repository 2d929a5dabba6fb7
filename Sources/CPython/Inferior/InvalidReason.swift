/// Why a candidate cannot be the object that its type says, or why an object contradicts its layout.
package enum InvalidReason: UInt8, Error, Sendable, CaseIterable {
  /// The structure is not in the dump as a whole.
  case unmapped
  /// The reference count is 0 or too large: a freed object, or none at all.
  case invalidReferenceCount
  /// It lies where no allocator puts an object, and the compiler only those that live for ever: on a stack, in a table.
  case misplaced
  /// It lies in constant memory: a template that objects were copied from, not an object.
  case constantMemory
  /// The links to its neighbours in the collector's list do not come back.
  case brokenGCLinks
  /// It does not begin where pymalloc has a block, or the block is free.
  case freeBlock
  /// Its block is in use as the allocator sees it, but not as Python does: it lies on one of the interpreter's free
  /// lists, or waits to be freed.
  case freeList
  /// It lies in a chunk of the C library's heap that is free, or that was never given out.
  case freedChunk
  /// It lies inside a block of the C library's heap, not at its beginning: in a buffer or a C structure.
  case insideBlock
  /// The block it got is too small for it.
  case blockTooSmall
  /// No record of an allocator speaks for it, nor does the collector, and no word of the memory leads to it.
  case unreferenced
  /// A size or count is negative, or larger than the memory there is.
  case sizeOutOfRange
  /// A pointer that must not be null is.
  case nullPointer
  /// A pointer leads to memory that no region of the dump's process can hold: not aligned.
  case misalignedPointer
  /// The array of items, keys, entries or characters is not in the dump.
  case unmappedItems
  /// A field that must lead to an object of a certain type leads to something else.
  case wrongReferentType
  /// An item leads to something that is no object.
  case invalidReferent
  /// Bits that have only certain meanings have none of them.
  case invalidState
  /// The characters are not what the state says, or not in Unicode's range.
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

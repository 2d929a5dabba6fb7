/// Why a candidate cannot be the object that its type says, or why an object contradicts its layout.
package enum InvalidReason: String, Error, Sendable, CaseIterable {
  /// The structure is not in the dump as a whole.
  case unmapped
  /// The reference count is 0 or too large: a freed object, or none at all.
  case invalidReferenceCount = "invalid_refcount"
  /// The links to its neighbours in the collector's list do not come back.
  case brokenGCLinks = "broken_gc_links"
  /// It does not begin where pymalloc has a block, or the block is free.
  case freeBlock = "free_block"
  /// The block pymalloc gave it is too small for it.
  case blockTooSmall = "block_too_small"
  /// A size or count is negative, or larger than the memory there is.
  case sizeOutOfRange = "size_out_of_range"
  /// A pointer that must not be null is.
  case nullPointer = "null_pointer"
  /// A pointer leads to memory that no region of the dump's process can hold: not aligned.
  case misalignedPointer = "misaligned_pointer"
  /// The array of items, keys, entries or characters is not in the dump.
  case unmappedItems = "unmapped_items"
  /// A field that must lead to an object of a certain type leads to something else.
  case wrongReferentType = "wrong_referent_type"
  /// An item leads to something that is no object.
  case invalidReferent = "invalid_referent"
  /// Bits that have only certain meanings have none of them.
  case invalidState = "invalid_state"
  /// The characters are not what the state says, or not in Unicode's range.
  case invalidData = "invalid_data"
  /// A dict's or set's table contradicts itself.
  case invalidTable = "invalid_table"
}

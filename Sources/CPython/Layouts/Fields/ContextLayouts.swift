package import MemoryImage

// Contexts and the immutable mapping that holds their variables (PEP 567).

/// `PyContext` (Include/internal/pycore_context.h).
package struct ContextLayout: Sendable, Equatable {
  package var size: Int
  package var ctx_prev: FieldOffset<Address>
  package var ctx_vars: FieldOffset<Address>
  package var ctx_entered: FieldOffset<Int32>
}

/// `PyHamtObject` and its nodes (Include/internal/pycore_hamt.h, Python/hamt.c).
package struct HamtLayout: Sendable, Equatable {
  package var size: Int
  package var h_root: FieldOffset<Address>
  package var h_count: FieldOffset<Int>
  /// The offset of a bitmap node's keys and values; `ob_size` is their number in words.
  package var b_array: FieldOffset<Address>
  /// An array node: `HAMT_ARRAY_NODE_SIZE` pointers to nodes, some null.
  package var arrayNodeSize: Int
  package var a_array: FieldOffset<Address>
  package var a_count: FieldOffset<Int>
  /// The offset of a collision node's keys and values; `ob_size` is their number in words.
  package var c_array: FieldOffset<Address>
}

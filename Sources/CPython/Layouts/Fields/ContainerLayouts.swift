package import MemoryImage

// The built-in containers.

/// `PyTupleObject` (Include/cpython/tupleobject.h).
package struct TupleLayout: Sendable, Equatable {
  package var size: Int
  package var ob_item: FieldOffset<Address>
}

/// `PyListObject` (Include/cpython/listobject.h).
package struct ListLayout: Sendable, Equatable {
  package var size: Int
  package var ob_item: FieldOffset<Address>
  package var allocated: FieldOffset<Int>
}

/// `PyDictObject` (Include/cpython/dictobject.h).
package struct DictLayout: Sendable, Equatable {
  package var size: Int
  package var ma_used: FieldOffset<Int>
  package var ma_keys: FieldOffset<Address>
  package var ma_values: FieldOffset<Address>
}

/// `struct _dictkeysobject` (Objects/dict-common.h, since 3.11 Include/internal/pycore_dict.h).
package struct DictKeysLayout: Sendable, Equatable {
  /// The offset of `dk_indices`, which is also the structure's size without its tables.
  package var dk_indices: FieldOffset<UInt8>
  package var dk_refcnt: FieldOffset<Int>
  /// Before 3.11: the number of slots of the hash table, and the function that looks keys up.
  package var dk_size: FieldOffset<Int>?
  package var dk_lookup: FieldOffset<Address>?
  /// Since 3.11 (bpo-46845): the logarithms of the number of slots and of the index table's size in bytes, and the kind
  /// of keys.
  package var dk_log2_size: FieldOffset<UInt8>?
  package var dk_log2_index_bytes: FieldOffset<UInt8>?
  package var dk_kind: FieldOffset<UInt8>?
  package var dk_usable: FieldOffset<Int>
  package var dk_nentries: FieldOffset<Int>
}

/// `struct _dictvalues`, the values of a split table (Include/internal/pycore_dict.h).
package struct DictValuesLayout: Sendable, Equatable {
  /// The offset of the values; 0 before 3.11, where `ma_values` is a plain array of pointers.
  package var values: FieldOffset<Address>
  /// Since 3.13 (gh-115776): the number of values that fit, the number in use, and whether they are in the object itself.
  package var capacity: FieldOffset<UInt8>?
  package var usedSize: FieldOffset<UInt8>?
  package var embedded: FieldOffset<UInt8>?
  package var valid: FieldOffset<UInt8>?
  /// In 3.11 and 3.12: the offset of the number of values in use. The order of insertion is before it, backwards.
  package var prefixSize: Int?
}

/// `PySetObject` and `setentry` (Include/cpython/setobject.h).
package struct SetLayout: Sendable, Equatable {
  package var size: Int
  package var fill: FieldOffset<Int>
  package var used: FieldOffset<Int>
  package var mask: FieldOffset<Int>
  package var table: FieldOffset<Address>
  package var smalltable: FieldOffset<UInt8>
  package var entrySize: Int
  /// `setentry.key` and `setentry.hash`.
  package var entryKey: FieldOffset<Address>
  package var entryHash: FieldOffset<Int>
}

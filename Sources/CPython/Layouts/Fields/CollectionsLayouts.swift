package import MemoryImage

// Containers of the standard library that keep their items in memory of their own.

/// `dequeobject` and `block` (Modules/_collectionsmodule.c).
package struct DequeLayout: Sendable, Equatable {
  package var size: Int
  package var leftblock: FieldOffset<Address>
  package var rightblock: FieldOffset<Address>
  package var leftindex: FieldOffset<Int>
  package var rightindex: FieldOffset<Int>
  package var maxlen: FieldOffset<Int>
  /// `sizeof(block)`; `data` is an array between the two links.
  package var blockSize: Int
  package var leftlink: FieldOffset<Address>
  package var data: FieldOffset<Address>
  package var rightlink: FieldOffset<Address>
}

/// The fields of `PyODictObject` after its `PyDictObject`, and `_ODictNode` (Objects/odictobject.c).
package struct OrderedDictLayout: Sendable, Equatable {
  package var size: Int
  package var od_fast_nodes_size: FieldOffset<Int>
  package var od_first: FieldOffset<Address>
  package var od_last: FieldOffset<Address>
  /// `sizeof(_ODictNode)`.
  package var nodeSize: Int
  package var key: FieldOffset<Address>
  package var next: FieldOffset<Address>
  package var prev: FieldOffset<Address>
}

/// The fields of `defdictobject` after its `PyDictObject` (Modules/_collectionsmodule.c).
package struct DefaultDictLayout: Sendable, Equatable {
  package var size: Int
  package var default_factory: FieldOffset<Address>
}

/// `simplequeueobject` with the `RingBuf` in it (Modules/_queuemodule.c).
package struct SimpleQueueLayout: Sendable, Equatable {
  package var size: Int
  /// Before 3.13.
  package var lst: FieldOffset<Address>?
  /// Since 3.13: a ring of `items_cap` slots, of which `num_items` from `get_idx` on are in use.
  package var items: FieldOffset<Address>?
  package var items_cap: FieldOffset<Int>?
  package var get_idx: FieldOffset<Int>?
  package var num_items: FieldOffset<Int>?
  /// The number of bytes that `__sizeof__` counts for each slot of the ring: none before 3.15.
  package var countedSlotSize: Int
}

/// `arrayobject` and `struct arraydescr` (Modules/arraymodule.c).
package struct ArrayLayout: Sendable, Equatable {
  package var size: Int
  package var ob_item: FieldOffset<Address>
  package var allocated: FieldOffset<Int>
  package var ob_descr: FieldOffset<Address>
  /// The letter and the size of one item in bytes, in the `arraydescr`.
  package var typecode: FieldOffset<Int8>
  package var itemsize: FieldOffset<Int32>
}

/// `lru_cache_object` and `lru_list_elem` (Modules/_functoolsmodule.c); the object begins with a link.
package struct LRUCacheLayout: Sendable, Equatable {
  package var size: Int
  package var typed: FieldOffset<Int32>
  package var cache: FieldOffset<Address>
  package var hits: FieldOffset<Int>
  /// The field `func`, whose name is a keyword in Swift.
  package var function: FieldOffset<Address>
  package var maxsize: FieldOffset<Int>
  package var misses: FieldOffset<Int>
  /// Since 3.10.
  package var kwd_mark: FieldOffset<Address>?
  package var lru_list_elem_type: FieldOffset<Address>?
  package var cache_info_type: FieldOffset<Address>
  /// `sizeof(lru_list_elem)`.
  package var linkSize: Int
  package var prev: FieldOffset<Address>
  package var next: FieldOffset<Address>
  package var key: FieldOffset<Address>
  package var result: FieldOffset<Address>
}

/// `atexitmodule_state` and `atexit_callback`, three objects side by side (Modules/atexitmodule.c), before 3.10.
package struct AtexitLayout: Sendable, Equatable {
  package var callbacks: FieldOffset<Address>?
  package var callbackCount: FieldOffset<Int32>?
  package var callbackSize: Int
}

/// `zoneinfo_state` and `StrongCacheNode` (Modules/_zoneinfo.c), since 3.12.
package struct ZoneInfoStateLayout: Sendable, Equatable {
  package var strongCache: FieldOffset<Address>?
  /// The fields of a node of the cache's list.
  package var next: FieldOffset<Address>?
  package var key: FieldOffset<Address>?
  package var zone: FieldOffset<Address>?
  package var nodeSize: Int
}

/// `decimal_state` and `DecCondMap` (Modules/_decimal/_decimal.c), since 3.13.
package struct DecimalStateLayout: Sendable, Equatable {
  package var signal_map: FieldOffset<Address>?
  package var cond_map: FieldOffset<Address>?
  /// The fields of an entry of either table: a C string, null in the entry after the last; and the exception's type.
  package var fqname: FieldOffset<Address>?
  package var exception: FieldOffset<Address>?
  package var entrySize: Int
}

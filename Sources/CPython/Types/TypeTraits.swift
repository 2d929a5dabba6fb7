package import MemoryImage

/// The data of a type that judging, sizing and walking an object needs: plain numbers, copied without a reference count.
@frozen
package struct TypeTraits: Sendable, BitwiseCopyable {
  /// The type's index in the type table.
  package let number: UInt32
  /// The structure of its instances.
  package let kind: ObjectKind
  /// `tp_flags`.
  package let flags: TypeFlags
  /// `tp_basicsize` and `tp_itemsize`, in bytes.
  package let basicSize: Int
  package let itemSize: Int
  /// `tp_dictoffset`: the offset of an instance's `__dict__`; from the end if negative, none if 0.
  package let dictOffset: Int
  /// The bytes that the collector's head and managed pointers take before the object (`_PyType_PreHeaderSize`).
  package let preheaderSize: Int

  package init(
    number: UInt32, kind: ObjectKind, flags: TypeFlags, basicSize: Int, itemSize: Int, dictOffset: Int,
    preheaderSize: Int
  ) {
    self.number = number
    self.kind = kind
    self.flags = flags
    self.basicSize = basicSize
    self.itemSize = itemSize
    self.dictOffset = dictOffset
    self.preheaderSize = preheaderSize
  }

  /// Whether instances have a head for the cyclic garbage collector.
  @inlinable
  package var isGC: Bool { flags.contains(.gc) }
}

/// An object's address with the traits of its type: enough to read it.
@frozen
package struct ObjectHeader: Sendable, BitwiseCopyable {
  /// The address that `id()` returns.
  package let address: Address
  /// The traits of its type.
  package let type: TypeTraits

  @inlinable
  package init(address: Address, type: TypeTraits) {
    self.address = address
    self.type = type
  }
}

package import MemoryImage

// The instances of ctypes' types (Modules/_ctypes/ctypes.h).

/// `CDataObject`.
package struct CDataLayout: Sendable, Equatable {
  package var size: Int
  package var b_ptr: FieldOffset<Address>
  package var b_base: FieldOffset<Address>
  package var b_size: FieldOffset<Int>
  package var b_length: FieldOffset<Int>
  package var b_objects: FieldOffset<Address>
}

/// What `PyCFuncPtrObject` has beside the fields of a `CDataObject`.
package struct CFunctionPointerLayout: Sendable, Equatable {
  package var size: Int
  package var thunk: FieldOffset<Address>
  package var callable: FieldOffset<Address>
  package var converters: FieldOffset<Address>
  package var argtypes: FieldOffset<Address>
  package var restype: FieldOffset<Address>
  package var checker: FieldOffset<Address>
  package var errcheck: FieldOffset<Address>
  package var paramflags: FieldOffset<Address>
}

/// `CFieldObject`: where a field of a structure lies.
package struct CFieldLayout: Sendable, Equatable {
  package var size: Int
  package var offset: FieldOffset<Int>
  package var byteSize: FieldOffset<Int>
  /// Since 3.14, where a bit field says apart how many bits it has and where they begin.
  package var bitSize: FieldOffset<UInt8>?
  package var bitOffset: FieldOffset<UInt8>?
  package var proto: FieldOffset<Address>
}

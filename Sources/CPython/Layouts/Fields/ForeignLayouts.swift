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

/// The fields of `PyCFuncPtrObject` after those of a `CDataObject`.
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

/// `CFieldObject`: the position of a field in a structure.
package struct CFieldLayout: Sendable, Equatable {
  package var size: Int
  package var offset: FieldOffset<Int>
  package var byteSize: FieldOffset<Int>
  /// Since 3.14, where a bit field has its number of bits and their position in separate fields.
  package var bitSize: FieldOffset<UInt8>?
  package var bitOffset: FieldOffset<UInt8>?
  package var proto: FieldOffset<Address>
}

package import MemoryImage

// Objects that give access to memory outside of them.

/// `PyMemoryViewObject` with the `Py_buffer` in it (Include/cpython/memoryobject.h).
package struct MemoryViewLayout: Sendable, Equatable {
  /// The offset of `ob_array`, which holds shape, strides and suboffsets.
  package var size: Int
  package var mbuf: FieldOffset<Address>
  /// `_Py_MEMORYVIEW_RELEASED` is the lowest bit.
  package var flags: FieldOffset<Int32>
  package var buf: FieldOffset<Address>
  package var obj: FieldOffset<Address>
  package var len: FieldOffset<Int>
  package var itemsize: FieldOffset<Int>
  package var readonly: FieldOffset<Int32>
  package var ndim: FieldOffset<Int32>
  package var format: FieldOffset<Address>
  package var shape: FieldOffset<Address>
  package var strides: FieldOffset<Address>
}

/// `_PyManagedBufferObject` (Include/cpython/memoryobject.h).
package struct ManagedBufferLayout: Sendable, Equatable {
  package var size: Int
  package var exports: FieldOffset<Int>
  /// `master.obj`.
  package var obj: FieldOffset<Address>
}

/// `mmap_object` (Modules/mmapmodule.c).
package struct MmapLayout: Sendable, Equatable {
  package var size: Int
  package var data: FieldOffset<Address>
  package var length: FieldOffset<Int>
  package var pos: FieldOffset<Int>
  package var fd: FieldOffset<Int32>
}

/// `PyCapsule` (Objects/capsule.c).
package struct CapsuleLayout: Sendable, Equatable {
  package var size: Int
  package var pointer: FieldOffset<Address>
  package var name: FieldOffset<Address>
  /// Since 3.13: the function that shows the collector what is at the pointer.
  package var traverse_func: FieldOffset<Address>?
}

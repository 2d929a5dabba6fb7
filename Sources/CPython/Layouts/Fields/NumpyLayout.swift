package import MemoryImage

/// The offsets of the fields of NumPy's structures. NumPy is not part of CPython: these tables are typed from its own header,
/// `numpy/core/include/numpy/ndarraytypes.h` (since 2.0 below `numpy/_core`), which promises that the fields do not move.
package struct NumpyLayout: Sendable, Equatable {
  /// `PyArrayObject_fields`, the same in all releases; later ones have more fields after `weakreflist`.
  package struct Array: Sendable, Equatable {
    /// The bytes up to `weakreflist`.
    package let size = 72
    /// `sizeof(PyArrayObject_fields)` before NumPy 1.20.
    package let smallSize = 80
    package let data: FieldOffset<Address> = 16
    package let nd: FieldOffset<Int32> = 24
    package let dimensions: FieldOffset<Address> = 32
    package let strides: FieldOffset<Address> = 40
    package let base: FieldOffset<Address> = 48
    package let descr: FieldOffset<Address> = 56
    package let flags: FieldOffset<Int32> = 64
    /// `NPY_ARRAY_OWNDATA` and `NPY_MAXDIMS`, which is 32 before 2.0.
    package let ownsData: Int32 = 4
    package let mostDimensions: Int32 = 64
  }

  /// `PyArray_Descr`, in 2.0 and later also `_PyArray_LegacyDescr`.
  package struct Descriptor: Sendable, Equatable {
    /// The number of bytes that the fields here take.
    package let size: Int
    package var typeobj: FieldOffset<Address> { 16 }
    package var kind: FieldOffset<UInt8> { 24 }
    package var type: FieldOffset<UInt8> { 25 }
    package var byteorder: FieldOffset<UInt8> { 26 }
    /// The lowest byte of `flags`, before 2.0 the only one; and its `NPY_ITEM_REFCOUNT`.
    package let flags: FieldOffset<UInt8>
    package var holdsReferences: UInt8 { 1 }
    package let elsize: FieldOffset<Int>?
    /// Before 2.0 an `int`.
    package let shortElsize: FieldOffset<Int32>?
    package let metadata: FieldOffset<Address>
    /// Nil for a data type that describes its parts itself.
    package let fields: FieldOffset<Address>?
    package let names: FieldOffset<Address>?
    /// `PyArray_ArrayDescr`, for an array as an item: its base type and shape.
    package let subarray: FieldOffset<Address>?
    package var subarrayBase: FieldOffset<Address> { 0 }
    package var subarrayShape: FieldOffset<Address> { 8 }
    /// `PyArray_DatetimeDTypeMetaData`, for dates and time spans: the unit (`NPY_DATETIMEUNIT`) and its multiplier.
    package let c_metadata: FieldOffset<Address>?
    package var unit: FieldOffset<Int32> { 32 }
    package var unitCount: FieldOffset<Int32> { 36 }
  }

  /// `PyVoidScalarObject` (`numpy/arrayscalars.h`).
  package struct VoidScalar: Sendable, Equatable {
    package let size = 56
    package let obval: FieldOffset<Address> = 24
    package let descr: FieldOffset<Address> = 32
    package let base: FieldOffset<Address> = 48
  }

  /// `PyArray_StringDTypeObject`, since 2.0, and `npy_string_allocator` (`stringdtype/static_string.c`).
  package struct StringDescriptor: Sendable, Equatable {
    package let size = 144
    package let na_object: FieldOffset<Address> = 88
    package let allocator: FieldOffset<Address> = 136
    package let arenaBuffer: FieldOffset<Address> = 40
  }

  /// `PyDatetimeScalarObject` (`numpy/arrayscalars.h`).
  package struct DateScalar: Sendable, Equatable {
    package let size = 32
    package let unit: FieldOffset<Int32> = 24
    package let unitCount: FieldOffset<Int32> = 28
  }

  package static let array = Array()
  package static let stringDescriptor = StringDescriptor()
  package static let dateScalar = DateScalar()
  package static let voidScalar = VoidScalar()

  /// The descriptors of NumPy 1.
  private static let descriptor1 = Descriptor(
    size: 96, flags: 27, elsize: nil, shortElsize: 32, metadata: 72, fields: 48, names: 56, subarray: 40,
    c_metadata: 80)
  /// The descriptors of NumPy 2, and its legacy ones: those of all types except new ones such as `StringDType`.
  private static let descriptor2 = Descriptor(
    size: 88, flags: 32, elsize: 40, shortElsize: nil, metadata: 56, fields: nil, names: nil, subarray: nil,
    c_metadata: nil)
  private static let legacyDescriptor2 = Descriptor(
    size: 120, flags: 32, elsize: 40, shortElsize: nil, metadata: 56, fields: 96, names: 104, subarray: 88,
    c_metadata: 112)

  /// The layout of the descriptors whose type has the given `tp_basicsize`, which distinguishes NumPy 1 from 2.
  package static func descriptor(basicSize: Int) -> Descriptor? {
    switch basicSize {
    case 96: descriptor1
    case 120: legacyDescriptor2
    case 88...: descriptor2
    default: nil
    }
  }
}

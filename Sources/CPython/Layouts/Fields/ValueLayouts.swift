package import MemoryImage

// Numbers and texts.

/// `PyLongObject` (Include/cpython/longintrepr.h).
package struct LongLayout: Sendable, Equatable {
  package var size: Int
  /// Since 3.12 (gh-101291): sign and number of digits in one word. Before, `ob_size` holds both.
  package var lv_tag: FieldOffset<UInt64>?
  /// The number of digits that `sys.getsizeof` counts for zero.
  package var leastDigitCount: Int
  package var ob_digit: FieldOffset<UInt32>
}

/// `PyFloatObject` (Include/cpython/floatobject.h).
package struct FloatLayout: Sendable, Equatable {
  package var size: Int
  package var ob_fval: FieldOffset<Double>
}

/// `PyComplexObject` (Include/cpython/complexobject.h).
package struct ComplexLayout: Sendable, Equatable {
  package var size: Int
  /// `cval.real` and `cval.imag`.
  package var real: FieldOffset<Double>
  package var imag: FieldOffset<Double>
}

/// `PyASCIIObject`, `PyCompactUnicodeObject`, `PyUnicodeObject` (Include/cpython/unicodeobject.h).
package struct UnicodeLayout: Sendable, Equatable {
  package var asciiSize: Int
  package var compactSize: Int
  package var size: Int
  package var length: FieldOffset<Int>
  package var hash: FieldOffset<Int>
  package var state: FieldOffset<UInt32>
  /// The deprecated `wchar_t` representation; gone in 3.12 (PEP 623).
  package var wstr: FieldOffset<Address>?
  package var wstr_length: FieldOffset<Int>?
  package var utf8_length: FieldOffset<Int>
  package var utf8: FieldOffset<Address>
  /// `data.any`.
  package var data: FieldOffset<Address>
  /// The positions of the bit fields `interned`, `kind`, `compact` and `ascii` in `state`.
  package var internedShift: UInt32
  package var kindShift: UInt32
  package var compactShift: UInt32
  package var asciiShift: UInt32
  /// The bit that states that the string is ready; gone in 3.12 (PEP 623).
  package var readyShift: UInt32?
}

/// `PyBytesObject` (Include/cpython/bytesobject.h).
package struct BytesLayout: Sendable, Equatable {
  package var size: Int
  package var ob_sval: FieldOffset<UInt8>
}

/// `PyByteArrayObject` (Include/cpython/bytearrayobject.h).
package struct ByteArrayLayout: Sendable, Equatable {
  package var size: Int
  package var ob_alloc: FieldOffset<Int>
  package var ob_bytes: FieldOffset<Address>
  package var ob_start: FieldOffset<Address>
  /// Since 3.15: the `bytes` that owns the block.
  package var ob_bytes_object: FieldOffset<Address>?
}

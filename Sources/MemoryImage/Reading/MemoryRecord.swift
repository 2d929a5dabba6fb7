/// The bytes of one C structure, mapped and ready to be read field by field.
///
/// A record borrows the memory of its `AddressSpace`: use it only while that lives.
@frozen
@safe
public struct MemoryRecord: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: the bytes are read-only.
  @usableFromInline let base: UnsafeRawPointer
  /// The number of bytes that may be read.
  public let size: Int

  @inlinable
  init(base: UnsafeRawPointer, size: Int) {
    unsafe self.base = base
    self.size = size
  }

  /// Returns the value of a field.
  ///
  /// - Precondition: the field is inside the record. Layouts guarantee it: their sizes cover their fields.
  @inlinable
  public subscript<Value>(field: FieldOffset<Value>) -> Value {
    precondition(field.bytes >= 0 && field.bytes <= size &- MemoryLayout<Value>.size, "field outside its record")
    // SAFETY: the precondition keeps the load inside the record, whose bytes are mapped.
    return unsafe base.loadUnaligned(fromByteOffset: field.bytes, as: Value.self)
  }
}

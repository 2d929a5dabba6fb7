/// Where a field of a C structure lies, and what type it has.
///
/// An offset knows the type of what it points at, so that a record's subscript can return it.
@frozen
package struct FieldOffset<Value: BitwiseCopyable & Sendable>: Hashable, Sendable {
  /// The distance of the field's first byte from the structure's, in bytes.
  package let bytes: Int

  @inlinable
  package init(_ bytes: Int) {
    self.bytes = bytes
  }
}

extension FieldOffset: ExpressibleByIntegerLiteral {
  @inlinable
  package init(integerLiteral value: Int) {
    self.init(value)
  }
}

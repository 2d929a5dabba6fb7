/// Where a field of a C structure lies, and what type it has.
///
/// An offset knows the type of what it points at, so that a record's subscript can return it.
@frozen
public struct FieldOffset<Value: BitwiseCopyable & Sendable>: Hashable, Sendable {
  /// The distance of the field's first byte from the structure's, in bytes.
  public let bytes: Int

  @inlinable
  public init(_ bytes: Int) {
    self.bytes = bytes
  }
}

extension FieldOffset: ExpressibleByIntegerLiteral {
  @inlinable
  public init(integerLiteral value: Int) {
    self.init(value)
  }
}

/// The offset of a field in a C structure, with the field's type.
///
/// The type parameter lets a record's subscript return a value of the right type.
@frozen
public struct FieldOffset<Value: BitwiseCopyable & Sendable>: Hashable, Sendable {
  /// The distance from the structure's first byte to the field's, in bytes.
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

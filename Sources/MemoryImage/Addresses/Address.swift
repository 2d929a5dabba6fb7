/// A virtual address in the memory of the process under examination.
///
/// Addresses are opaque numbers: adding to one wraps around, and nothing says that it is mapped.
@frozen
public struct Address: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The address as a number.
  public let rawValue: UInt64

  /// The address with the given number.
  @inlinable
  public init(_ rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// C's `NULL`.
  @inlinable
  public static var null: Address { Address(0) }

  /// Whether this is C's `NULL`.
  @inlinable
  public var isNull: Bool { rawValue == 0 }

  /// Whether the address is a multiple of `alignment`, a power of two.
  @inlinable
  public func isAligned(to alignment: UInt64) -> Bool {
    rawValue & (alignment &- 1) == 0
  }

  /// The address rounded down to a multiple of `alignment`, a power of two.
  @inlinable
  public func alignedDown(to alignment: UInt64) -> Address {
    Address(rawValue & ~(alignment &- 1))
  }

  /// The address `offset` bytes further on; wraps around at the ends of the address space.
  @inlinable
  public static func + (address: Address, offset: Int) -> Address {
    Address(address.rawValue &+ UInt64(bitPattern: Int64(offset)))
  }

  /// The address `offset` bytes before; wraps around at the ends of the address space.
  @inlinable
  public static func - (address: Address, offset: Int) -> Address {
    Address(address.rawValue &- UInt64(bitPattern: Int64(offset)))
  }

  @inlinable
  public static func < (left: Address, right: Address) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension Address: CustomStringConvertible {
  /// The address as 16 upper-case hexadecimal digits.
  public var description: String {
    let digits = String(rawValue, radix: 16, uppercase: true)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The address written as hexadecimal digits in any case, with or without `0x`; nil if the text is anything else.
  public init?(hexadecimal text: some StringProtocol) {
    let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
    guard let first = digits.first, first.isHexDigit, let value = UInt64(digits, radix: 16) else { return nil }
    self.init(value)
  }
}

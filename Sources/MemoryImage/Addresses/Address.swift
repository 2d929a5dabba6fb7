/// A virtual address in the memory of the process under examination.
///
/// An address is an opaque number: adding to it wraps around, and it need not be mapped.
@frozen
public struct Address: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The address as a number.
  public let rawValue: UInt64

  /// Creates the address with the given number.
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

  /// Returns whether the address is a multiple of `alignment`, a power of two.
  @inlinable
  public func isAligned(to alignment: UInt64) -> Bool {
    rawValue & (alignment &- 1) == 0
  }

  /// Returns the address rounded down to a multiple of `alignment`, a power of two.
  @inlinable
  public func alignedDown(to alignment: UInt64) -> Address {
    Address(rawValue & ~(alignment &- 1))
  }

  /// Returns the address `offset` bytes higher; wraps around at the ends of the address space.
  @inlinable
  public static func + (address: Address, offset: Int) -> Address {
    Address(address.rawValue &+ UInt64(bitPattern: Int64(offset)))
  }

  /// Returns the address `offset` bytes lower; wraps around at the ends of the address space.
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

  /// Parses an address of hexadecimal digits in either case, with or without `0x`; nil if the text is anything else.
  public init?(hexadecimal text: some StringProtocol) {
    let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
    guard let first = digits.first, first.isHexDigit, let value = UInt64(digits, radix: 16) else { return nil }
    self.init(value)
  }
}

/// A half-open range of addresses, `start` included and `end` not.
@frozen
public struct AddressRange: Hashable, Sendable {
  /// The first address of the range.
  public let start: Address
  /// The address after the last one.
  public let end: Address

  /// Creates the range from `start` up to `end`; nil if it is empty, runs backwards, or holds more than `Int.max` bytes.
  @inlinable
  public init?(start: Address, end: Address) {
    guard start < end, end.rawValue &- start.rawValue <= UInt64(Int.max) else { return nil }
    self.start = start
    self.end = end
  }

  /// Creates the range of `count` bytes from `start`; nil if there are none, or if they run past the end of the address space.
  @inlinable
  public init?(start: Address, count: Int) {
    guard count > 0 else { return nil }
    let (end, overflow) = start.rawValue.addingReportingOverflow(UInt64(count))
    guard !overflow else { return nil }
    self.start = start
    self.end = Address(end)
  }

  /// The number of bytes in the range, at least 1.
  @inlinable
  public var count: Int { Int(truncatingIfNeeded: end.rawValue &- start.rawValue) }

  /// Returns whether `address` is in the range.
  @inlinable
  public func contains(_ address: Address) -> Bool {
    address >= start && address < end
  }

  /// Returns whether the two ranges have an address in common.
  @inlinable
  public func overlaps(_ other: AddressRange) -> Bool {
    start < other.end && other.start < end
  }
}

extension AddressRange: CustomStringConvertible {
  public var description: String { "\(start)-\(end)" }
}

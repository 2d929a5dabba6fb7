/// Memory that was asked for and is not in the image: unmapped, or left out by whoever took the dump.
public struct MemoryFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The first address of the bytes asked for.
  public let address: Address
  /// The number of bytes asked for.
  public let byteCount: Int

  @inlinable
  public init(address: Address, byteCount: Int) {
    self.address = address
    self.byteCount = byteCount
  }

  public var description: String {
    "address \(address) is not mapped in the dump (\(byteCount) bytes wanted)"
  }
}

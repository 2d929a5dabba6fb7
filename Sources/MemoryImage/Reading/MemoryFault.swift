/// An access to memory that is not in the image: unmapped, or left out by the dumper.
public struct MemoryFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The first address of the requested bytes.
  public let address: Address
  /// The number of requested bytes.
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

/// Memory that was asked for and is not in the image: unmapped, or left out by whoever took the dump.
package struct MemoryFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The first address of the bytes asked for.
  package let address: Address
  /// The number of bytes asked for.
  package let byteCount: Int

  @inlinable
  package init(address: Address, byteCount: Int) {
    self.address = address
    self.byteCount = byteCount
  }

  package var description: String {
    "address \(address) is not mapped in the dump (\(byteCount) bytes wanted)"
  }
}

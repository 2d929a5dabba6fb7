extension AddressSpace {
  /// Returns the value at `address`: see `MemoryReader`.
  @inlinable
  public func load<Value: BitwiseCopyable>(
    _ type: Value.Type, at address: Address
  ) throws(MemoryFault) -> Value {
    try reader.load(type, at: address)
  }

  /// Returns the pointer at `address`.
  @inlinable
  public func load(at address: Address) throws(MemoryFault) -> Address { try reader.load(at: address) }

  /// Returns the unsigned 64-bit number at `address`.
  @inlinable
  public func load(at address: Address) throws(MemoryFault) -> UInt64 { try reader.load(at: address) }

  /// Returns the signed 64-bit number at `address`.
  @inlinable
  public func load(at address: Address) throws(MemoryFault) -> Int { try reader.load(at: address) }

  /// Returns a structure of `size` bytes at `address`.
  @inlinable
  public func record(at address: Address, size: Int) throws(MemoryFault) -> MemoryRecord {
    try reader.record(at: address, size: size)
  }

  /// Returns the `count` elements of an array at `address`.
  @inlinable
  public func array<Element: BitwiseCopyable & Sendable>(
    of type: Element.Type = Element.self, at address: Address, count: Int
  ) throws(MemoryFault) -> MemoryArray<Element> {
    try reader.array(of: type, at: address, count: count)
  }

  /// Returns the bytes of the C string at `address`, without its terminating zero.
  public func cString(at address: Address, limit: Int = 1024) throws(MemoryFault) -> [UInt8] {
    try reader.cString(at: address, limit: limit)
  }

  /// Returns whether all of the `byteCount` bytes from `address` are in the dump.
  @inlinable
  public func isMapped(_ address: Address, byteCount: Int) -> Bool {
    reader.isMapped(address, byteCount: byteCount)
  }
}

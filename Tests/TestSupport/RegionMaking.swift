package import MemoryImage

/// An error for a test's own mistake: a region without bytes, or beyond the address space.
package struct ImpossibleRegion: Error {}

/// Returns a region at `start` whose bytes are in memory of their own.
package func region(_ start: UInt64, _ bytes: [UInt8]) throws -> MemoryRegion {
  guard let range = AddressRange(start: Address(start), count: bytes.count),
    let region = MemoryRegion(range: range, owner: MappedBytes(copying: bytes))
  else { throw ImpossibleRegion() }
  return region
}

/// Returns the bytes 0, 1, 2, … modulo 251, a prime, so that no power of two repeats them.
package func countingBytes(_ count: Int, from first: Int = 0) -> [UInt8] {
  (first..<(first + count)).map { UInt8($0 % 251) }
}

/// Returns a set of types by their addresses, each with its number.
package func typeSet(_ members: [(Address, UInt32)]) -> TypeAddressSet {
  TypeAddressSet(members.map { (address: $0.0, number: $0.1) })
}

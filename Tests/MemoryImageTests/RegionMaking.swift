import MemoryImage
import Testing

/// A region at `start` whose bytes are in memory of their own.
func region(_ start: UInt64, _ bytes: [UInt8]) throws -> MemoryRegion {
  let range = try #require(AddressRange(start: Address(start), count: bytes.count))
  return try #require(MemoryRegion(range: range, owner: MappedBytes(copying: bytes)))
}

/// The bytes 0, 1, 2, … modulo 251, a prime, so that no power of two repeats them.
func countingBytes(_ count: Int, from first: Int = 0) -> [UInt8] {
  (first..<(first + count)).map { UInt8($0 % 251) }
}

/// A set of types by their addresses, each with its number.
func typeSet(_ members: [(Address, UInt32)]) -> TypeAddressSet {
  TypeAddressSet(members.map { (address: $0.0, number: $0.1) })
}

import CScan

/// A set of addresses, each with a number, in the form that the scanning kernel reads.
@safe
public final class TypeAddressSet: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: written once by the initialiser, read-only afterwards.
  private let bloom: UnsafeMutablePointer<UInt64>
  private let addresses: UnsafeMutablePointer<UInt64>
  private let numbers: UnsafeMutablePointer<UInt32>
  private let kernelSet: scan_type_set
  /// The number of addresses in the set.
  public let count: Int

  /// Creates the set of `members`, each with its number; null and repeated addresses are left out.
  public init(_ members: some Collection<(address: Address, number: UInt32)>) {
    // At most a quarter of the slots and a sixteenth of the filter's bits are used, so false hits are few and probes short.
    let tableBits = max(4, Int.bitWidth - (members.count &* 4).leadingZeroBitCount)
    let bloomBits = max(10, tableBits + 3)
    let slotCount = 1 << tableBits
    unsafe bloom = .allocate(capacity: 1 << (bloomBits - 6))
    unsafe bloom.initialize(repeating: 0, count: 1 << (bloomBits - 6))
    unsafe addresses = .allocate(capacity: slotCount)
    unsafe addresses.initialize(repeating: 0, count: slotCount)
    unsafe numbers = .allocate(capacity: slotCount)
    unsafe numbers.initialize(repeating: 0, count: slotCount)
    var lowest = UInt64.max
    var highest: UInt64 = 0
    var count = 0
    for (address, number) in members where !address.isNull {
      let hash = scan_hash(address.rawValue)
      var slot = Int(hash >> UInt64(64 - tableBits))
      // SAFETY: slots and bits are taken modulo the capacities allocated above.
      while unsafe addresses[slot] != 0 && addresses[slot] != address.rawValue { slot = (slot + 1) % slotCount }
      guard unsafe addresses[slot] == 0 else { continue }
      unsafe addresses[slot] = address.rawValue
      unsafe numbers[slot] = number
      let bit = Int(hash >> UInt64(64 - bloomBits))
      unsafe bloom[bit >> 6] |= 1 << UInt64(bit & 63)
      lowest = min(lowest, address.rawValue)
      highest = max(highest, address.rawValue)
      count += 1
    }
    // An empty set must hold no word at all, so its range is the one address that no object can have.
    unsafe kernelSet = scan_type_set(
      lowest: count == 0 ? 1 : lowest, highest: count == 0 ? 1 : highest,
      bloom: UnsafePointer(bloom), addresses: UnsafePointer(addresses), numbers: UnsafePointer(numbers),
      bloom_shift: UInt32(64 - bloomBits), table_shift: UInt32(64 - tableBits))
    self.count = count
  }

  deinit {
    unsafe bloom.deallocate()
    unsafe addresses.deallocate()
    unsafe numbers.deallocate()
  }

  /// Returns the number of `address`, or nil if it is not in the set.
  public func number(of address: Address) -> UInt32? {
    guard !address.isNull else { return nil }
    let slotBits = 64 - Int(unsafe kernelSet.table_shift)
    var slot = Int(scan_hash(address.rawValue) >> UInt64(64 - slotBits))
    // SAFETY: slots are taken modulo the capacity; an empty slot always ends the walk.
    while unsafe addresses[slot] != 0 {
      if unsafe addresses[slot] == address.rawValue { return unsafe numbers[slot] }
      slot = (slot + 1) & ((1 << slotBits) - 1)
    }
    return nil
  }

  /// Calls `body` with the set in the form that the kernel reads.
  @unsafe
  func withKernelSet<Result>(_ body: (UnsafePointer<scan_type_set>) -> Result) -> Result {
    unsafe withUnsafePointer(to: kernelSet, body)
  }
}

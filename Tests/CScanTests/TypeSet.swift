import CScan

/// A `scan_type_set` made in the simplest way, to check the kernels independently of the library's own sets.
@safe
final class TypeSet {
  let members: [UInt64]
  private let bloom: UnsafeMutableBufferPointer<UInt64>
  private let addresses: UnsafeMutableBufferPointer<UInt64>
  private let numbers: UnsafeMutableBufferPointer<UInt32>
  private let set: scan_type_set

  /// A set of distinct addresses other than null. Few bits make the filter and the table collide.
  init(_ members: [UInt64], tableBits: Int, bloomBits: Int) {
    precondition(members.count < 1 << tableBits && bloomBits >= 6, "no slot would be empty")
    self.members = members
    unsafe bloom = .allocate(capacity: 1 << (bloomBits - 6))
    unsafe addresses = .allocate(capacity: 1 << tableBits)
    unsafe numbers = .allocate(capacity: 1 << tableBits)
    unsafe bloom.initialize(repeating: 0)
    unsafe addresses.initialize(repeating: 0)
    unsafe numbers.initialize(repeating: 0)
    for (number, member) in members.enumerated() {
      let bit = Int(scan_hash(member) >> UInt64(64 - bloomBits))
      unsafe bloom[bit / 64] |= 1 << UInt64(bit % 64)
      var slot = Int(scan_hash(member) >> UInt64(64 - tableBits))
      while unsafe addresses[slot] != 0 { slot = (slot + 1) % (1 << tableBits) }
      unsafe addresses[slot] = member
      unsafe numbers[slot] = UInt32(number)
    }
    unsafe set = scan_type_set(
      lowest: members.min() ?? 1, highest: members.max() ?? 1, bloom: UnsafePointer(bloom.baseAddress),
      addresses: UnsafePointer(addresses.baseAddress), numbers: UnsafePointer(numbers.baseAddress),
      bloom_shift: UInt32(64 - bloomBits), table_shift: UInt32(64 - tableBits))
  }

  deinit {
    unsafe bloom.deallocate()
    unsafe addresses.deallocate()
    unsafe numbers.deallocate()
  }

  /// The hits of a kernel in `size` bytes, requested up to `capacity` at a time.
  func scan(
    _ bytes: UnsafeRawPointer, size: Int, granule: Int, from start: Int = 0, capacity: Int = 8, naively: Bool = false,
    level: scan_level = scan_best_level()
  ) -> (hits: [Hit], resumes: [Int]) {
    var hits: [Hit] = []
    var resumes: [Int] = []
    var resume = start
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * capacity) { buffer in
      guard let positions = buffer.baseAddress else { return }
      repeat {
        let base = unsafe bytes.assumingMemoryBound(to: UInt8.self)
        let found = unsafe withUnsafePointer(to: set) { set in
          unsafe naively
            ? scan_headers_naive(set, base, size, granule, &resume, positions, positions + capacity, capacity)
            : scan_headers_at_level(
              level, set, base, size, granule, &resume, positions, positions + capacity, capacity)
        }
        for index in 0..<found {
          hits.append(Hit(position: Int(unsafe buffer[index]), number: Int(unsafe buffer[capacity + index])))
        }
        resumes.append(resume)
      } while resume < size
    }
    return (hits, resumes)
  }

  /// A header that was found.
  struct Hit: Equatable {
    let position: Int
    let number: Int
  }
}

import MemoryImage
import TestSupport
import Testing

struct MemorySearchTests {
  private struct Found: Equatable {
    let addresses: [UInt64]
    let count: Int
  }

  private func found(_ search: MemorySearch, in memory: AddressSpace, limit: Int = .max) throws -> Found {
    let result = try search.run(in: memory, limit: limit, workers: Workers(count: 2))
    return Found(addresses: result.addresses.map(\.rawValue), count: result.count)
  }

  @Test func `bytes are found in every region and over the seams between neighbours`() throws {
    let memory = AddressSpace(regions: [
      try region(0x1000, [1, 2, 3, 1, 2]), try region(0x1005, [3, 9]), try region(0x2000, [1, 2, 3]),
      try region(0x3000, [1, 2]), try region(0x3003, [3]),
    ])

    #expect(try found(MemorySearch(for: [1, 2, 3]), in: memory) == Found(addresses: [0x1000, 0x1003, 0x2000], count: 3))
    #expect(try found(MemorySearch(for: [1, 2, 3], alignment: 4), in: memory) == Found(addresses: [0x1000, 0x2000], count: 2))
    #expect(try found(MemorySearch(for: [3, 9]), in: memory) == Found(addresses: [0x1005], count: 1))
    #expect(try found(MemorySearch(for: [2, 3, 9]), in: memory) == Found(addresses: [0x1004], count: 1))
    #expect(try found(MemorySearch(for: []), in: memory) == Found(addresses: [], count: 0))
  }

  @Test func `over a seam a needle may take three regions`() throws {
    let memory = AddressSpace(regions: [try region(0x1000, [7, 1]), try region(0x1002, [2]), try region(0x1003, [3, 4])])
    #expect(try found(MemorySearch(for: [1, 2, 3]), in: memory) == Found(addresses: [0x1001], count: 1))
  }

  @Test(arguments: [8, 3001, 4096, 100_000])
  func `what is found does not depend on how memory is cut`(size: Int) throws {
    let bytes = (0..<250_000).map { UInt8(truncatingIfNeeded: $0 / 7 &* 31) }
    let whole = AddressSpace(regions: [try region(0x10000, bytes)])
    let cut = AddressSpace(
      regions: try stride(from: 0, to: bytes.count, by: size).map { start in
        try region(0x10000 + UInt64(start), Array(bytes[start..<min(start + size, bytes.count)]))
      })

    for (start, count) in [(size - 3, 8), (99_990, 20), (size - 1, 2), (5, 60_000), (40_000, 150_000), (96, 9)] {
      let search = MemorySearch(for: Array(bytes[start..<(start + count)]))
      let expected = try found(search, in: whole)
      #expect(try expected.count > 0 && found(search, in: cut) == expected, "\(count) bytes at \(start)")
    }
  }

  @Test func `so many are given as asked for, and all are counted`() throws {
    let memory = AddressSpace(regions: [try region(0x1000, [UInt8](repeating: 5, count: 100)), try region(0x1064, [5, 5])])

    #expect(
      try found(MemorySearch(for: [5, 5]), in: memory, limit: 3) == Found(addresses: [0x1000, 0x1001, 0x1002], count: 101))
    #expect(try found(MemorySearch(for: [5, 5]), in: memory, limit: 0) == Found(addresses: [], count: 101))
  }

  @Test func `pointers are found at multiples of eight alone`() throws {
    let pointer: [UInt8] = [0x34, 0x12, 0, 0, 0, 0, 0, 0]
    let memory = AddressSpace(regions: [
      try region(0x1000, pointer + [0] + pointer + [UInt8](repeating: 0, count: 7) + pointer), try region(0x2004, pointer),
      try region(0x3000, [1, 1, 1, 1] + pointer + pointer),
    ])

    #expect(try found(MemorySearch(for: Address(0x1234)), in: memory) == Found(addresses: [0x1000, 0x1018], count: 2))
  }
}

import MemoryImage
import Testing

struct MemoryChunkTests {
  /// Memory in which the word at each of `headers` + 8 is a type's address.
  private func bytes(_ count: Int, at start: UInt64, headers: [UInt64: UInt64]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    for (address, type) in headers {
      for index in 0..<8 { bytes[Int(address - start) + 8 + index] = UInt8(truncatingIfNeeded: type >> (8 * index)) }
    }
    return bytes
  }

  private func headers(in memory: AddressSpace, types: TypeAddressSet, alignment: Int) -> [UInt64: UInt32] {
    var found: [UInt64: UInt32] = [:]
    for chunk in memory.chunks(alignment: alignment) {
      chunk.forEachHeader(typeIn: types) { address, number in
        #expect(chunk.range.contains(address))
        #expect(found.updateValue(number, forKey: address.rawValue) == nil, "found twice")
      }
    }
    return found
  }

  @Test func `chunks cover every byte once, in order`() throws {
    let memory = try AddressSpace(regions: [
      region(0x1_0008, countingBytes(100_000)), region(0x4_0000, countingBytes(16384)), region(0x5_0001, [1]),
    ])

    let ranges = memory.chunks(alignment: 16384).map(\.range)

    #expect(ranges.reduce(0) { $0 + $1.count } == memory.byteCount)
    #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.end <= $1.start })
    #expect(ranges.allSatisfy { $0.start.alignedDown(to: 16384) == ($0.end - 1).alignedDown(to: 16384) })
  }

  @Test func `mappings that are neighbours here too are cut apart, and are small or large by themselves`() throws {
    let large = (64 << 20) + 4096
    let owner = MappedBytes(copying: [UInt8](repeating: 0, count: 4096 + large + 8192))
    func part(_ start: Int, _ count: Int) throws -> MemoryRegion {
      let range = try #require(AddressRange(start: Address(0x10000) + start, count: count))
      return try #require(MemoryRegion(range: range, owner: owner, offset: start))
    }
    let memory = try AddressSpace(regions: [part(0, 4096), part(4096, large), part(4096 + large, 8192)])

    let chunks = memory.chunks()

    #expect(memory.reader.segments.count == 1)
    #expect(chunks.reduce(0) { $0 + $1.range.count } == memory.byteCount)
    #expect(Set(chunks.map(\.mappingByteCount)) == [4096, large, 8192])
    #expect(chunks.allSatisfy { $0.granule == ($0.mappingByteCount == large ? 16 : 8) })
  }

  @Test func `a header that runs over the end of a mapping is none, be the next its neighbour here or not`() throws {
    let start: UInt64 = 0x10000
    let all = bytes(0x2000, at: start, headers: [start + 0xFE8: 0xAAAA0, start + 0xFF8: 0xAAAA0])
    let owner = MappedBytes(copying: all)
    let regions = try [0, 0x1000].map { offset in
      let range = try #require(AddressRange(start: Address(start) + offset, count: 0x1000))
      return try #require(MemoryRegion(range: range, owner: owner, offset: offset))
    }
    let apart = try AddressSpace(regions: [
      region(start, Array(all.prefix(0x1000))), region(start + 0x1000, Array(all.suffix(0x1000))),
    ])
    let types = typeSet([(Address(0xAAAA0), 1)])

    for memory in [AddressSpace(regions: regions), apart] {
      #expect(headers(in: memory, types: types, alignment: 16384) == [start + 0xFE8: 1])
    }
  }

  @Test func `a chunk at the end of the address space ends there`() throws {
    let memory = try AddressSpace(regions: [region(.max - 40_000, countingBytes(40_000))])

    let chunks = memory.chunks(alignment: 16384)

    #expect(chunks.last?.range.end == Address(.max))
    #expect(chunks.reduce(0) { $0 + $1.range.count } == 40_000)
  }

  @Test func `a header is found wherever it lies, also across two chunks`() throws {
    let start: UInt64 = 0x10000
    let expected: [UInt64: UInt64] = [
      start: 0xAAAA0, start + 0x3FF8: 0xBBBB0, start + 0x4010: 0xAAAA0, start + 0x7FF0: 0xBBBB0,
      start + 0x9FF0: 0xAAAA0,
    ]
    let memory = try AddressSpace(regions: [region(start, bytes(0xA000, at: start, headers: expected))])
    let types = typeSet([(Address(0xAAAA0), 1), (Address(0xBBBB0), 2)])

    let found = headers(in: memory, types: types, alignment: 16384)

    #expect(found == expected.mapValues { $0 == 0xAAAA0 ? 1 : 2 })
  }

  @Test func `more headers than a batch holds are all found`() throws {
    let start: UInt64 = 0x10000
    let expected = Dictionary(uniqueKeysWithValues: (0..<5000).map { (start + UInt64($0) * 16, UInt64(0xAAAA0)) })
    let memory = try AddressSpace(regions: [region(start, bytes(80_000, at: start, headers: expected))])

    let found = headers(in: memory, types: typeSet([(Address(0xAAAA0), 7)]), alignment: 1 << 20)

    #expect(found == expected.mapValues { _ in 7 })
  }

  @Test func `a region of less than a header has none`() throws {
    let types = typeSet([(Address(0x0706_0504_0302_0100), 1)])
    for count in 1..<16 {
      let memory = try AddressSpace(regions: [region(0x1000 + UInt64(count), countingBytes(count))])
      #expect(headers(in: memory, types: types, alignment: 16384).isEmpty, "\(count) bytes")
    }
  }

  @Test func `an object that is its own type is found`() throws {
    let start: UInt64 = 0x10000
    let selfTyped: [UInt64: UInt64] = [start + 8: start + 8, start + 0x4008: start + 0x4008, start + 64: start + 72]
    let memory = try AddressSpace(regions: [region(start, bytes(0x8000, at: start, headers: selfTyped))])

    let found = memory.chunks(alignment: 16384).flatMap { $0.selfTypedObjects() }

    #expect(found == [Address(start + 8), Address(start + 0x4008)])
  }

  @Test func `occurrences of bytes are found in order, overlapping ones too, up to a limit`() throws {
    let memory = try AddressSpace(regions: [region(0x1000, Array("aaabaa".utf8))])
    let chunk = try #require(memory.chunks().first)

    #expect(chunk.occurrences(of: Array("aa".utf8)) == [Address(0x1000), Address(0x1001), Address(0x1004)])
    #expect(chunk.occurrences(of: Array("aa".utf8), limit: 2) == [Address(0x1000), Address(0x1001)])
    #expect(chunk.occurrences(of: Array("aaabaaa".utf8)) == [])
    #expect(chunk.occurrences(of: []) == [])
  }

  @Test func `bytes that lie across two chunks are found once`() throws {
    var contents = [UInt8](repeating: 0, count: 0x8000)
    contents.replaceSubrange(0x3FFE..<0x4002, with: Array("3.14".utf8))
    let memory = try AddressSpace(regions: [region(0x10000, contents)])

    let found = memory.chunks(alignment: 16384).flatMap { $0.occurrences(of: Array("3.14".utf8)) }

    #expect(found == [Address(0x13FFE)])
  }
}

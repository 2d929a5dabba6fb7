import MemoryImage
import TestSupport
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
    for chunk in memory.chunks(staticData: nil, alignment: alignment) {
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

    let ranges = memory.chunks(staticData: nil, alignment: 16384).map(\.range)

    #expect(ranges.reduce(0) { $0 + $1.count } == memory.byteCount)
    #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.end <= $1.start })
    #expect(ranges.allSatisfy { $0.start.alignedDown(to: 16384) == ($0.end - 1).alignedDown(to: 16384) })
  }

  /// Small memory, large memory and small memory, which are adjacent; the large one in one piece or in pieces of some bytes.
  private func memory(large: Int, pieces: Int, files: [String?]) throws -> AddressSpace {
    let owner = MappedBytes(copying: [UInt8](repeating: 0, count: 4096 + large + 8192))
    func part(_ start: Int, _ count: Int, _ file: String?) throws -> MemoryRegion {
      let range = try #require(AddressRange(start: Address(0x10000) + start, count: count))
      return try #require(MemoryRegion(range: range, owner: owner, offset: start, file: file))
    }
    return AddressSpace(
      regions: try [part(0, 4096, files[0])]
        + stride(from: 0, to: large, by: pieces).map {
          try part(4096 + $0, min(pieces, large - $0), files[1])
        } + [part(4096 + large, 8192, files[2])])
  }

  @Test(arguments: [Int.max, 1 << 20, 4096, 5000])
  func `memory of one kind is small or large as a whole, in however many regions`(pieces: Int) throws {
    let large = (64 << 20) + 4096
    let apart = try memory(large: large, pieces: min(pieces, large), files: ["a", nil, "b"])
    let alike = try memory(large: large, pieces: min(pieces, large), files: [nil, nil, nil])

    #expect(apart.stretches.map(\.count) == [4096, large, 8192])
    #expect(alike.stretches.map(\.count) == [4096 + large + 8192])
    for memory in [apart, alike] {
      let chunks = memory.chunks(staticData: nil)
      #expect(memory.reader.segments.count == 1)
      #expect(chunks.reduce(0) { $0 + $1.range.count } == memory.byteCount)
      #expect(chunks.count <= 64 / 4 + 4)
      #expect(chunks.allSatisfy { $0.isStatic }, "no program is known, which all memory may belong to")
    }
  }

  @Test(arguments: [100 << 10, 4096, 4100, 24])
  func `a header that runs over the end of a region is one, be the next its neighbour here or not`(cut: Int) throws {
    let start: UInt64 = 0x10000
    let seam = start + UInt64(cut)
    let types = typeSet([(Address(0xAAAA0), 1)])
    let all = bytes(200 << 10, at: start, headers: [seam - 24: 0xAAAA0, seam - 8: 0xAAAA0])
    let owner = MappedBytes(copying: all)
    let regions = try [(0, cut), (cut, all.count - cut)].map { offset, count in
      let range = try #require(AddressRange(start: Address(start) + offset, count: count))
      return try #require(MemoryRegion(range: range, owner: owner, offset: offset))
    }
    let apart = try AddressSpace(regions: [
      region(start, Array(all.prefix(cut))), region(seam, Array(all.dropFirst(cut))),
    ])

    let expected = seam % 8 == 0 ? [seam - 24: 1, seam - 8: 1] : [:] as [UInt64: UInt32]
    for memory in [AddressSpace(regions: regions), apart] {
      #expect(headers(in: memory, types: types, alignment: 16384) == expected)
    }
  }

  @Test func `a chunk at the end of the address space ends there`() throws {
    let memory = try AddressSpace(regions: [region(.max - 40_000, countingBytes(40_000))])

    let chunks = memory.chunks(staticData: nil, alignment: 16384)

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

    let found = memory.chunks(staticData: nil, alignment: 16384).flatMap { $0.selfTypedObjects() }

    #expect(found == [Address(start + 8), Address(start + 0x4008)])
  }

  @Test func `occurrences of bytes are found in order, overlapping ones too, up to a limit`() throws {
    let memory = try AddressSpace(regions: [region(0x1000, Array("aaabaa".utf8))])
    let chunk = try #require(memory.chunks(staticData: nil).first)

    #expect(chunk.occurrences(of: Array("aa".utf8)) == [Address(0x1000), Address(0x1001), Address(0x1004)])
    #expect(chunk.occurrences(of: Array("aa".utf8), limit: 2) == [Address(0x1000), Address(0x1001)])
    #expect(chunk.occurrences(of: Array("aaabaaa".utf8)) == [])
    #expect(chunk.occurrences(of: []) == [])
  }

  @Test func `bytes that lie across two chunks are found once`() throws {
    var contents = [UInt8](repeating: 0, count: 0x8000)
    contents.replaceSubrange(0x3FFE..<0x4002, with: Array("3.14".utf8))
    let memory = try AddressSpace(regions: [region(0x10000, contents)])

    let found = memory.chunks(staticData: nil, alignment: 16384).flatMap { $0.occurrences(of: Array("3.14".utf8)) }

    #expect(found == [Address(0x13FFE)])
  }
}

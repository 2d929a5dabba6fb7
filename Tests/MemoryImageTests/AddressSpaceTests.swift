import MemoryImage
import TestSupport
import Testing

struct AddressSpaceTests {
  @Test func `regions are sorted by address`() throws {
    let memory = try AddressSpace(regions: [region(0x3000, [3]), region(0x1000, [1]), region(0x2000, [2])])

    #expect(memory.regions.map(\.range.start) == [Address(0x1000), Address(0x2000), Address(0x3000)])
    #expect(memory.byteCount == 3)
    #expect(memory.overlappingRegionCount == 0)
  }

  @Test func `neighbours that are mapped apart read as one`() throws {
    let memory = try AddressSpace(regions: [
      region(0x1000, countingBytes(100)), region(0x1064, countingBytes(3, from: 100)),
      region(0x1067, countingBytes(100, from: 103)),
    ])

    for address in 0x1000..<(0x1000 + 203 - 8) as Range<UInt64> {
      let expected = countingBytes(8, from: Int(address - 0x1000)).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      #expect(try memory.load(UInt64.self, at: Address(address)) == expected)
    }
    #expect(try Array(memory.array(of: UInt8.self, at: Address(0x1000), count: 203)) == countingBytes(203))
    #expect(memory.isMapped(Address(0x1000), byteCount: 203))
    #expect(!memory.isMapped(Address(0x1000), byteCount: 204))
  }

  @Test func `a value past the end of the last region is missing, however far from neighbours below it`() throws {
    let memory = try AddressSpace(regions: [
      region(0x7FFF_F6F1_3000, countingBytes(4096)), region(0x7FFF_F6F1_4000, countingBytes(4096)),
      region(0xFFFF_FFFF_FFFF_F000, countingBytes(4095)),
    ])

    for distance in 1...7 as ClosedRange<UInt64> {
      let address = Address(.max - distance)
      #expect(throws: MemoryFault(address: address, byteCount: 8)) { try memory.load(UInt64.self, at: address) }
    }
  }

  @Test func `a record may lie across two regions`() throws {
    let memory = try AddressSpace(regions: [
      region(0x1000, countingBytes(4096)), region(0x2000, countingBytes(4096, from: 4096)),
    ])

    let record = try memory.record(at: Address(0x1F00), size: 512)

    #expect(record[FieldOffset<UInt8>(0)] == UInt8(0xF00 % 251))
    #expect(record[FieldOffset<UInt8>(511)] == UInt8((0xF00 + 511) % 251))
  }

  @Test func `a record may lie across any two of several small regions`() throws {
    let pages = try (0..<4).map { try region(0x1000 + UInt64($0) * 4096, countingBytes(4096, from: $0 * 4096)) }
    let memory = AddressSpace(regions: pages)

    for seam in 1..<4 {
      let start = seam * 4096 - 24
      let record = try memory.record(at: Address(0x1000 + UInt64(start)), size: 48)
      for offset in 0..<48 {
        #expect(record[FieldOffset<UInt8>(offset)] == UInt8((start + offset) % 251), "seam \(seam), byte \(offset)")
      }
    }
  }

  /// Memory of counting bytes from 0x10000 on, cut into regions of the given sizes, whose bytes are not neighbours here.
  private func memory(_ count: Int, cutInto pieces: [Int]) throws -> AddressSpace {
    var regions: [MemoryRegion] = []
    var start = 0
    while start < count {
      let size = min(pieces[min(regions.count, pieces.count - 1)], count - start)
      regions.append(try region(0x10000 + UInt64(start), countingBytes(size, from: start)))
      start += size
    }
    return AddressSpace(regions: regions)
  }

  @Test(arguments: [[4096], [4096, .max], [3001], [100_000], [70_001], [80_000, 8, 80_000, 4096]])
  func `records of all sizes are read over all seams`(pieces: [Int]) throws {
    let count = 300_000
    let memory = try memory(count, cutInto: pieces)

    for size in [2, 48, 4096, 5000, 40_000, 200_000] {
      for start in stride(from: 0, through: count - size, by: 9973) {
        let record = try memory.record(at: Address(0x10000) + start, size: size)
        for offset in [0, size / 2, size - 1] {
          #expect(record[FieldOffset<UInt8>(offset)] == UInt8((start + offset) % 251), "\(size) bytes from \(start) on")
        }
      }
    }
    #expect(throws: MemoryFault.self) { try memory.record(at: Address(0x10001), size: count) }
  }

  @Test(arguments: [8, 4096, 3001])
  func `small regions that touch are one segment, of which there is one copy`(size: Int) throws {
    let count = 400_000
    let memory = try memory(count, cutInto: [size])

    #expect(memory.regions.count == (count + size - 1) / size)
    #expect(memory.reader.segments.count == 1 && memory.reader.bridges.count == 0)
    #expect(memory.stretches.count == 1 && memory.chunks(staticData: nil).count == 1)
    let owner = try #require(memory.regions.first?.owner)
    #expect(memory.regions.allSatisfy { $0.owner === owner } && owner.count <= count + 128)
  }

  @Test func `around seams of large regions no more is copied than a part of them`() throws {
    let memory = try memory(4 << 20, cutInto: [100_000])

    let bridges = memory.reader.bridges
    #expect(memory.reader.segments.count == 42 && bridges.count == 41)
    let copied = (0..<bridges.count).reduce(0) { sum, index in
      sum + bridges.byteCount(from: Address(unsafe bridges.starts[index]), in: index)
    }
    #expect(copied <= memory.byteCount / 2)
    let chunks = memory.chunks(staticData: nil)
    #expect(chunks.reduce(0) { $0 + $1.range.count } == memory.byteCount && chunks.count <= 2 * 42 + 4)
  }

  @Test func `an array larger than any structure may lie across many regions`() throws {
    let regions = try (0..<20).map { try region(0x10000 + UInt64($0) * 3000, countingBytes(3000, from: $0 * 3000)) }
    let memory = AddressSpace(regions: regions)

    let array = try memory.array(of: UInt16.self, at: Address(0x10001), count: 29_000)

    #expect(array.count == 29_000)
    #expect(array[0] == 1 | 2 << 8)
    let last = countingBytes(2, from: 1 + 2 * 28_999)
    #expect(array[28_999] == UInt16(last[0]) | UInt16(last[1]) << 8)
  }

  @Test func `of two regions that overlap the one that begins lower wins`() throws {
    let memory = try AddressSpace(regions: [region(0x1002, [9, 9, 9, 9]), region(0x1000, [1, 1, 1, 1])])

    #expect(try Array(memory.array(of: UInt8.self, at: Address(0x1000), count: 6)) == [1, 1, 1, 1, 9, 9])
    #expect(memory.overlappingRegionCount == 1)
    #expect(memory.byteCount == 6)
  }

  @Test func `of two regions that begin together the first wins and the other gives its rest`() throws {
    let memory = try AddressSpace(regions: [region(0x1000, [1, 1]), region(0x1000, [2, 2, 2])])

    #expect(try Array(memory.array(of: UInt8.self, at: Address(0x1000), count: 3)) == [1, 1, 2])
    #expect(memory.overlappingRegionCount == 1)
  }

  @Test func `a region inside another is left out`() throws {
    let memory = try AddressSpace(regions: [
      region(0x1000, [1, 1, 1, 1]), region(0x1001, [2, 2]), region(0x1004, [3]),
    ])

    #expect(memory.regions.count == 2)
    #expect(try memory.load(UInt32.self, at: Address(0x1001)) == 0x0301_0101)
  }

  @Test func `what is not all there is a fault with its address`() throws {
    let memory = try AddressSpace(regions: [region(0x1000, countingBytes(16))])

    for (name, address, size) in [("before", 0xFFF, 8), ("behind", 0x1010, 8), ("tail", 0x1009, 8), ("null", 0, 8)] {
      let fault = MemoryFault(address: Address(UInt64(address)), byteCount: size)
      #expect(throws: fault, "\(name)") { try memory.load(UInt64.self, at: fault.address) }
      #expect(throws: fault, "\(name)") { try memory.record(at: fault.address, size: size) }
    }
    #expect(
      MemoryFault(address: Address(0x1009), byteCount: 8).description
        == "address 0000000000001009 is not mapped in the dump (8 bytes wanted)")
  }

  @Test func `a gap of one byte is a fault`() throws {
    let memory = try AddressSpace(regions: [region(0x1000, [1, 2, 3, 4]), region(0x1005, [6, 7, 8])])

    #expect(throws: MemoryFault.self) { try memory.load(UInt64.self, at: Address(0x1000)) }
    #expect(!memory.isMapped(Address(0x1003), byteCount: 2))
  }

  @Test func `an array of no elements is nowhere, of a negative number a fault`() throws {
    let memory = try AddressSpace(regions: [region(0x1000, countingBytes(64))])

    #expect(try memory.array(of: UInt64.self, at: .null, count: 0).isEmpty)
    #expect(throws: MemoryFault.self) { try memory.array(of: UInt64.self, at: Address(0x1000), count: -1) }
    #expect(throws: MemoryFault.self) { try memory.array(of: UInt64.self, at: Address(0x1000), count: 9) }
    #expect(throws: MemoryFault.self) { try memory.array(of: UInt64.self, at: Address(0x1000), count: .max) }
    #expect(throws: MemoryFault.self) { try memory.array(of: UInt64.self, at: Address(0x1000), count: .min) }
    #expect(throws: MemoryFault.self) { try memory.array(of: UInt64.self, at: Address(0x1000), count: Int.max / 8) }
    #expect(throws: MemoryFault.self) { try memory.record(at: Address(0x1000), size: -1) }
    #expect(throws: MemoryFault.self) { try memory.record(at: Address(0x1000), size: .max) }
    #expect(!memory.isMapped(Address(0x1000), byteCount: -1))
    #expect(!memory.isMapped(Address(0x1000), byteCount: .max))
  }

  @Test func `a C string ends at its zero, across regions too`() throws {
    let memory = try AddressSpace(regions: [region(0x1000, Array("hel".utf8)), region(0x1003, Array("lo\0x".utf8))])

    #expect(try memory.cString(at: Address(0x1000)) == Array("hello".utf8))
    #expect(try memory.cString(at: Address(0x1005)) == [])
    #expect(try memory.cString(at: Address(0x1000), limit: 6) == Array("hello".utf8))
    #expect(throws: MemoryFault.self) { try memory.cString(at: Address(0x1000), limit: 5) }
    #expect(throws: MemoryFault.self) { try memory.cString(at: Address(0x1006)) }
    #expect(throws: MemoryFault.self) { try memory.cString(at: Address(0x2000)) }
  }

  @Test func `the end of the address space is an end like any other`() throws {
    let start = UInt64.max - 31
    let memory = try AddressSpace(regions: [region(start, countingBytes(31))])

    #expect(try memory.load(UInt64.self, at: Address(start + 23)) == 0x1E1D_1C1B_1A19_1817)
    #expect(throws: MemoryFault.self) { try memory.load(UInt64.self, at: Address(start + 24)) }
    #expect(throws: MemoryFault.self) { try memory.load(UInt64.self, at: Address(.max)) }
    #expect(throws: MemoryFault.self) { try memory.array(of: UInt8.self, at: Address(start), count: 64) }
    #expect(throws: MemoryFault.self) { try memory.cString(at: Address(start + 1)) }
    #expect(!memory.isMapped(Address(.max - 1), byteCount: .max))
  }

  @Test func `neighbours at both ends of the address space are not neighbours`() throws {
    let memory = try AddressSpace(regions: [region(.max - 8, countingBytes(8)), region(0, countingBytes(8))])

    #expect(throws: MemoryFault.self) { try memory.load(UInt64.self, at: Address(.max - 4)) }
    #expect(try memory.load(UInt64.self, at: .null) == 0x0706_0504_0302_0100)
  }

  @Test func `an address space of nothing answers with faults`() {
    let memory = AddressSpace(regions: [])

    #expect(memory.byteCount == 0)
    #expect(memory.region(containing: .null) == nil)
    #expect(memory.chunks(staticData: nil).isEmpty)
    #expect(throws: MemoryFault.self) { try memory.load(UInt8.self, at: .null) }
  }

  @Test func `a region is found by each of its addresses and no other`() throws {
    let memory = try AddressSpace(regions: [region(0x1000, [1, 2]), region(0x1002, [3]), region(0x1004, [4])])

    let starts = (0xFFF...0x1005).map { memory.region(containing: Address($0))?.range.start.rawValue }
    #expect(starts == [nil, 0x1000, 0x1000, 0x1002, nil, 0x1004, nil])
  }

  @Test func `a region does not reach beyond its owner's bytes`() throws {
    let owner = MappedBytes(copying: countingBytes(16))
    let range = try #require(AddressRange(start: Address(0x1000), count: 16))

    #expect(MemoryRegion(range: range, owner: owner) != nil)
    for offset in [1, 16, 17, -1, Int.max, Int.min] {
      #expect(MemoryRegion(range: range, owner: owner, offset: offset) == nil, "offset \(offset)")
    }
  }

  @Test func `mapped bytes are loaded only where they are`() {
    let bytes = MappedBytes(copying: countingBytes(9))

    #expect(bytes.load(UInt64.self, at: 1) == 0x0807_0605_0403_0201)
    for offset in [2, 9, -1, Int.max, Int.min] {
      #expect(bytes.load(UInt64.self, at: offset) == nil, "offset \(offset)")
    }
    #expect(MappedBytes(copying: []).load(UInt8.self, at: 0) == nil)
  }
}

struct SurroundingsTests {
  private func around(_ address: UInt64, before: Int, after: Int) throws -> [UInt64]? {
    let memory = AddressSpace(regions: [
      try region(0x1000, countingBytes(0x100)), try region(0x1100, countingBytes(0x100)),
      try region(0x3000, countingBytes(0x10)), try region(UInt64.max - 15, countingBytes(15)),
    ])
    // A reader is valid as long as its address space exists.
    return withExtendedLifetime(memory) {
      memory.reader.mapped(around: Address(address), before: before, after: after)
        .map { [$0.start.rawValue, $0.end.rawValue] }
    }
  }

  @Test func `what is mapped around an address reaches as far as asked for, over neighbours, and not over gaps`() throws {
    #expect(try around(0x1080, before: 16, after: 16) == [0x1070, 0x1090])
    #expect(try around(0x1110, before: 32, after: 0x20) == [0x10F0, 0x1130])
    #expect(try around(0x11F0, before: 0x1000, after: 0x1000) == [0x1000, 0x1200])
    #expect(try around(0x3000, before: 8, after: 8) == [0x3000, 0x3008])
  }

  @Test func `at the ends of the address space it ends there`() throws {
    #expect(try around(UInt64.max - 2, before: .max, after: .max) == [UInt64.max - 15, UInt64.max])
  }

  @Test func `around what is not mapped there is nothing`() throws {
    #expect(try around(0x2000, before: 8, after: 8) == nil)
    #expect(try around(0x1000, before: -1, after: 8) == nil)
    #expect(try around(0x1000, before: 8, after: 0) == nil)
  }
}

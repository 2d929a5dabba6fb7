import MemoryImage
import NativeProcess
import TestSupport
import Testing

struct LoadedProgramTests {
  /// A row of the table of segments: kind, flags, offset in the file, start, bytes in memory.
  private typealias Row = (kind: UInt32, flags: UInt32, offset: UInt64, start: UInt64, count: UInt64)

  /// Code, data of which the first page is made read-only, and a segment of another kind.
  private let rows: [Row] = [
    (6, 4, 64, 64, 200), (1, 5, 0, 0, 0x1800), (1, 6, 0x2000, 0x3000, 0x2100), (0x6474_E552, 4, 0x2000, 0x3000, 0x1000),
  ]

  private func header(_ rows: [Row], table: UInt64 = 64, width: UInt16 = 56) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 0x1000)
    func put(_ value: UInt64, _ size: Int, at place: Int) {
      for index in 0..<size where place + index < bytes.count {
        bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
      }
    }
    bytes.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
    put(table, 8, at: 32)
    put(UInt64(width), 2, at: 54)
    put(UInt64(rows.count), 2, at: 56)
    for (index, row) in rows.enumerated() {
      let place = Int(table) + index * Int(width)
      put(UInt64(row.kind), 4, at: place)
      put(UInt64(row.flags), 4, at: place + 4)
      put(row.offset, 8, at: place + 8)
      put(row.start, 8, at: place + 16)
      put(row.count, 8, at: place + 40)
    }
    return bytes
  }

  /// A program at an address: the page of its header, and its data.
  private func program(_ header: [UInt8], at start: UInt64 = 0x40_0000) throws -> LoadedProgram? {
    let data = [UInt8](repeating: 1, count: 0x3000)
    let memory = AddressSpace(regions: [try region(start, header), try region(start + 0x3000, data)])
    return LoadedProgram(at: Address(start), in: memory)
  }

  private func range(_ start: UInt64, _ end: UInt64) -> AddressRange? {
    AddressRange(start: Address(start), end: Address(end))
  }

  @Test func `what is written and what is not follows from the header`() throws {
    let found = try #require(try program(header(rows)))

    #expect(found.range == range(0x40_0000, 0x40_6000))
    #expect(found.data == [try #require(range(0x40_4000, 0x40_6000))])
    #expect(found.constants == [range(0x40_0000, 0x40_2000), range(0x40_3000, 0x40_4000)].compactMap { $0 })
  }

  @Test func `segments of data that follow each other may be one mapping`() throws {
    let more: Row = (kind: 1, flags: 6, offset: 0x8000, start: 0x6000, count: 0x800)
    let memory = AddressSpace(regions: [
      try region(0x40_0000, header(rows + [more])), try region(0x40_3000, [UInt8](repeating: 1, count: 0x4000)),
    ])

    let found = try #require(LoadedProgram(at: Address(0x40_0000), in: memory))

    #expect(found.data.merged() == [try #require(range(0x40_4000, 0x40_7000))])
  }

  @Test func `all programs of a process are found`() throws {
    let memory = AddressSpace(regions: [
      try region(0x40_0000, header(rows)), try region(0x40_3000, [UInt8](repeating: 0, count: 0x3000)),
      try region(0x50_0000, [UInt8](repeating: 0, count: 64)),
    ])
    #expect(LoadedProgram.all(in: memory).map(\.range.start) == [Address(0x40_0000)])
  }

  @Test func `what cannot be a program's header is none`() throws {
    var damaged = header(rows)
    damaged[4] = 1
    #expect(try program(damaged) == nil, "a program of 32 bits")
    #expect(try program(header(rows, table: 0x1000)) == nil, "a table behind the first page")
    #expect(try program(header(rows, width: 55)) == nil, "rows too small")
    #expect(try program(header([])) == nil, "no rows")
    #expect(try program(header(rows.dropLast(2) + [(1, 6, 0, 0x2000, 1 << 62)])) == nil, "data where no region begins")
    #expect(try program(header([rows[1], (1, 6, 0, UInt64.max - 0x50_0000, 0x1000)])) == nil, "data that wrap around")
    #expect(try program(header([rows[1], (1, 6, 0, 0x3000, .max)])) == nil, "data beyond all memory")
    #expect(try program(header(Array(rows.dropFirst(2)))) == nil, "nothing from the file's beginning")
  }

  @Test func `read-only pages that do not fit are left out`() throws {
    let endless = try #require(try program(header(rows.dropLast() + [(0x6474_E552, 4, 0, 0x3000, .max)])))
    #expect(endless.data == [try #require(range(0x40_3000, 0x40_6000))])
  }

  @Test func `a program whose data are lost says where they were`() throws {
    let memory = AddressSpace(regions: [try region(0x40_0000, header(rows))])

    let found = LoadedProgram.withoutData(in: memory)

    #expect(found.map(\.missing) == [[try #require(AddressRange(start: Address(0x40_3000), count: 0x3000))]])
    #expect(found.first?.name == nil)
    #expect(LoadedProgram.all(in: memory).isEmpty)
  }

  @Test func `a file that was mapped as a whole is no program, also where regions begin at every page`() throws {
    let rows = rows + [(kind: 2, flags: 6, offset: 0x2000, start: 0x3000, count: 0x100)]
    func found(_ table: [UInt64]) throws -> LoadedProgram? {
      let words = table.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
      let data = words + [UInt8](repeating: 1, count: 0x3000 - words.count)
      return LoadedProgram(
        at: Address(0x40_0000),
        in: AddressSpace(regions: [
          try region(0x40_0000, header(rows)), try region(0x40_1000, [UInt8](repeating: 0, count: 0x2000)),
          try region(0x40_3000, data),
        ]))
    }

    #expect(try found([1, 17, 14, 35]) != nil)
    #expect(try found([0x0102_464C_457F, 17, 35, 1 << 40]) != nil, "a table that is damaged in one place")
    #expect(try found([0x0102_464C_457F, 17, 1 << 40, 0]) == nil)
  }
}

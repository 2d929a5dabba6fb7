import CPython
import MemoryImage
import Testing

@Suite("Exception tables")
struct ExceptionTableTests {
  private func table(_ bytes: [UInt8]) throws -> (ExceptionTable, AddressSpace) {
    let owner = MappedBytes(copying: bytes)
    let range = try #require(AddressRange(start: Address(0x1000), count: bytes.count))
    let region = try #require(MemoryRegion(range: range, owner: owner))
    let memory = AddressSpace(regions: [region])
    return (ExceptionTable(try memory.array(of: UInt8.self, at: range.start, count: bytes.count)), memory)
  }

  @Test("the block of an instruction says how many values it keeps")
  func depth() throws {
    // From instruction 5 on, 10 of them, handled at 20, 2 values and the instruction's number; nothing after them.
    let (table, memory) = try table([0x80 | 5, 10, 20, 2 << 1 | 1])

    #expect(table.depth(atOffset: 8) == 0)
    #expect(table.depth(atOffset: 10) == 2)
    #expect(table.depth(atOffset: 29) == 2)
    #expect(table.depth(atOffset: 30) == 0)
    withExtendedLifetime(memory) {}
  }

  @Test("numbers have groups of six bits, the greatest first")
  func numbers() throws {
    let (table, memory) = try table([0x80 | 0x40 | 1, 0, 2, 3, 1 << 1 | 1])

    #expect(table.depth(atOffset: 127) == 0)
    #expect(table.depth(atOffset: 128) == 1)
    withExtendedLifetime(memory) {}
  }

  @Test("around an await the values are those of the block that it is in")
  func await() throws {
    // Instructions 5 to 6 keep 3 values and are handled at 20, which is in a block of 1 value; 8 to 9 are in none.
    let (table, memory) = try table([0x85, 2, 20, 3 << 1, 0x88, 2, 30, 3 << 1, 0x94, 2, 40, 1 << 1 | 1])

    #expect(table.depth(atOffset: 10) == 1)
    #expect(table.depth(atOffset: 16) == 0)
    withExtendedLifetime(memory) {}
  }

  @Test("a table that ends in the middle of an entry has no more entries")
  func cut() throws {
    let (table, memory) = try table([0x80, 0x7F, 0x7F])

    #expect(table.depth(atOffset: 0) == 0)
    withExtendedLifetime(memory) {}
  }
}

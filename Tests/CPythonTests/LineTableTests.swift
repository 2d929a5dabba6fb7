import CPython
import MemoryImage
import Testing

@Suite("Line tables")
struct LineTableTests {
  private func table(_ bytes: [UInt8], _ format: LineTable.Format) throws -> LineTable {
    let owner = MappedBytes(copying: bytes)
    let range = try #require(AddressRange(start: Address(0x1000), count: bytes.count))
    let region = try #require(MemoryRegion(range: range, owner: owner))
    let memory = AddressSpace(regions: [region])
    let array = try memory.array(of: UInt8.self, at: range.start, count: bytes.count)
    kept.append(memory)
    return LineTable(array, format: format, firstLine: 10)
  }

  private let kept = Kept()

  @Test("pairs of 3.10 give the line of each instruction, and none where there is none")
  func deltas() throws {
    let lines = try table([4, 0, 2, 3, 2, 0x80, 2, 0xFF], .lineDeltas)

    #expect(lines.line(atOffset: -2) == 10)
    #expect(lines.line(atOffset: 2) == 10)
    #expect(lines.line(atOffset: 4) == 13)
    #expect(lines.line(atOffset: 6) == nil)
    #expect(lines.line(atOffset: 8) == 12)
    #expect(lines.line(atOffset: 100) == nil)
  }

  @Test("pairs before 3.10 say where each line begins")
  func starts() throws {
    // Line 12 from byte 4 on; 300 bytes and 1 line on, in two pairs; 2 lines back.
    let lines = try table([4, 2, 255, 0, 45, 1, 2, 0xFE], .lnotab)

    #expect(lines.line(atOffset: -1) == 10)
    #expect(lines.line(atOffset: 3) == 10)
    #expect(lines.line(atOffset: 4) == 12)
    #expect(lines.line(atOffset: 303) == 12)
    #expect(lines.line(atOffset: 304) == 13)
    #expect(lines.line(atOffset: 306) == 11)
    #expect(lines.line(atOffset: 9999) == 11)
  }

  @Test("lines beyond all numbers wrap around")
  func hostileLines() throws {
    // The greatest step that a number of 64 bits can take, then two lines on.
    let step: [UInt8] = [0x60] + [UInt8](repeating: 0x7F, count: 9) + [0x0F]
    let bytes: [UInt8] = [0xE8] + step + [0xE0, 0, 0]
    let lines = try table(bytes, .locations)

    #expect(lines.line(atOffset: 0) == .max - 5)
    #expect(lines.line(atOffset: 2) == .max - 3)
  }

  @Test("entries since 3.11 give lines by code, and columns are passed over")
  func locations() throws {
    // A short form of one unit; one line on of two units with two columns; no columns, three lines back; none.
    let lines = try table([0x80, 0x12, 0x80 | 11 << 3 | 1, 1, 2, 0x80 | 13 << 3, 7, 0x80 | 15 << 3], .locations)

    #expect(lines.line(atOffset: 0) == 10)
    #expect(lines.line(atOffset: 2) == 11)
    #expect(lines.line(atOffset: 5) == 11)
    #expect(lines.line(atOffset: 6) == 8)
    #expect(lines.line(atOffset: 8) == nil)
  }
}

/// Keeps address spaces alive while a test reads their memory.
private final class Kept {
  private var memories: [AddressSpace] = []
  func append(_ memory: AddressSpace) { memories.append(memory) }
}

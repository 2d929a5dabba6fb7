import MemoryImage

@testable import CPython

/// The tables that a process carries.
enum TableFuzzing {
  /// Debug offsets: what is taken from them is inside its structure.
  static func offsets(_ bytes: [UInt8]) {
    let start = Address(0x1000)
    for hexVersion in [0x030D_00F0, 0x030E_08F0] as [UInt64] {
      let head =
        DebugOffsets.cookie
        + (0..<8).map { UInt8(truncatingIfNeeded: hexVersion >> UInt64(8 * $0)) }
      let all = head + bytes
      guard let range = AddressRange(start: start, count: all.count),
        let region = MemoryRegion(range: range, owner: MappedBytes(copying: all))
      else { return }
      let memory = AddressSpace(regions: [region])
      guard let offsets = DebugOffsets(at: start, in: memory) else { continue }
      for layout in Layout.supported {
        guard let applied = try? layout.applying(offsets) else { continue }
        claim(applied.fieldOutsideRecord == nil, "a field outside of its structure")
        ObjectFuzzing.readAll(in: memory, at: start, layout: applied)
      }
    }
  }

  static func lines(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let format: LineTable.Format = input.choice(of: [.lnotab, .lineDeltas, .locations])
    let firstLine = Int(Int64(bitPattern: input.word()))
    let offset = Int(Int64(bitPattern: input.word()))
    let start = Address(0x1000)
    let memory = input.memory(at: start)
    guard let table = try? memory.array(of: UInt8.self, at: start, count: memory.byteCount) else {
      return
    }
    let lines = LineTable(table, format: format, firstLine: firstLine)
    for place in [0, 1, 2, 100, offset, offset & 0xFFFF, .max, .min] {
      _ = lines.line(atOffset: place)
    }
  }
}

import MemoryImage
@testable import NativeProcess
import TestSupport
import Testing

struct BuildIDTests {
  @Test func `a build-id is found in the notes of a program, and hostile ones are refused`() throws {
    let identity: [UInt8] = Array(1...20)
    var program: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 25)
    program += UInt64(64).littleEndianBytes + [UInt8](repeating: 0, count: 14)
    program += UInt16(56).littleEndianBytes + UInt16(1).littleEndianBytes + [UInt8](repeating: 0, count: 6)
    let notes =
      UInt32(4).littleEndianBytes + UInt32(20).littleEndianBytes + UInt32(3).littleEndianBytes
      + utf8("GNU\0") + identity
    let row =
      UInt32(4).littleEndianBytes + UInt32(4).littleEndianBytes + UInt64(120).littleEndianBytes
      + UInt64(120).littleEndianBytes + UInt64(120).littleEndianBytes + UInt64(notes.count).littleEndianBytes
    program += row + [UInt8](repeating: 0, count: 16) + notes

    #expect(BuildID(file: MappedBytes(copying: program))?.bytes == identity)
    #expect(BuildID(file: MappedBytes(copying: program))?.description.hasPrefix("0102030405") == true)
    for count in 0..<program.count { #expect(BuildID(file: MappedBytes(copying: program.prefix(count))) == nil) }
    for position in program.indices {
      for value in [0, 0x7F, 0xFF] as [UInt8] {
        var changed = program
        changed[position] = value
        _ = BuildID(file: MappedBytes(copying: changed))
      }
    }
  }
}

@testable import HeapAnalysis
import MemoryImage
import NativeProcess
import Testing

@Suite("Reference marks")
struct ReferenceMarksTests {
  private func space(_ words: [UInt64], at start: Address) throws -> AddressSpace {
    let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } }
    let range = try #require(AddressRange(start: start, count: bytes.count))
    let region = try #require(MemoryRegion(range: range, owner: MappedBytes(copying: bytes)))
    return AddressSpace(regions: [region])
  }

  @Test("what a word leads to is marked, with flags in its lowest bits too, and nothing else")
  func marks() throws {
    let places = (0..<3000).map { Address(0x10_0000 + UInt64($0) * 0x3F_FFF0) }
    let referred = Set(stride(from: 0, to: places.count, by: 3))
    var words = referred.sorted().map { places[$0].rawValue | UInt64($0 % 2) }
    words += [0, 1, .max, places[1].rawValue + 16, places[1].rawValue - 8]
    let memory = try space(words, at: Address(0x7F00_0000_0000))

    let marks = ReferenceMarks(places)
    for chunk in memory.chunks() { marks.mark(chunk) }

    #expect(places.indices.filter { marks.contains(places[$0]) } == referred.sorted())
    #expect(!marks.contains(Address(0x7F00_0000_0000)) && !marks.contains(.null))
  }

  @Test("of no places none is marked")
  func empty() throws {
    let memory = try space([0, 1, 2, .max], at: Address(0x1000))
    let marks = ReferenceMarks([])
    for chunk in memory.chunks() { marks.mark(chunk) }
    #expect(!marks.contains(Address(1)) && !marks.contains(.null))
  }
}

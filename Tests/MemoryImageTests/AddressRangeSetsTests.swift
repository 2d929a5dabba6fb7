import MemoryImage
import Testing

struct AddressRangeSetsTests {
  private func ranges(_ bounds: (UInt64, UInt64)...) throws -> [AddressRange] {
    try bounds.map { try #require(AddressRange(start: Address($0), end: Address($1))) }
  }

  @Test func `what is left of a range are the gaps between holes`() throws {
    let whole = try ranges((100, 200))[0]

    #expect(try whole.without([]) == ranges((100, 200)))
    #expect(try whole.without(ranges((0, 50), (50, 100), (200, 300))) == ranges((100, 200)))
    #expect(try whole.without(ranges((90, 110), (120, 130), (190, 250))) == ranges((110, 120), (130, 190)))
    #expect(try whole.without(ranges((0, 1000))) == [])
    #expect(try whole.without(ranges((100, 150), (150, 200))) == [])
  }

  @Test func `ranges that overlap or touch become one`() throws {
    #expect(try ranges((5, 6), (1, 2), (2, 4), (3, 5), (8, 9)).merged() == ranges((1, 6), (8, 9)))
    #expect(try ranges((1, 10), (2, 3), (4, 5)).merged() == ranges((1, 10)))
    #expect([AddressRange]().merged() == [])
  }

  @Test func `ranges too large to be one stay apart`() throws {
    let halves = try ranges((0, 1 << 62), (1 << 62, (1 << 63) + 1))
    #expect(halves.merged() == halves)
  }

  @Test func `the first range that ends behind an address is found`() throws {
    let all = try ranges((10, 20), (30, 40), (50, 60))
    for (address, index) in [(0, 0), (10, 0), (19, 0), (20, 1), (39, 1), (40, 2), (59, 2), (60, 3)] {
      #expect(all.firstIndexBehind(Address(UInt64(address))) == index, "\(address)")
    }
  }
}

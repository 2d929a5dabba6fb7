import MemoryImage
import Testing

struct AddressTests {
  @Test func `an address is printed as sixteen upper-case digits`() {
    #expect(Address(0x7FFF_abcd).description == "000000007FFFABCD")
    #expect(Address(.max).description == "FFFFFFFFFFFFFFFF")
  }

  @Test(arguments: ["7f", "7F", "0x7f", "0X7F", "000000000000007F"])
  func `an address is read in any case, with and without prefix`(text: String) {
    #expect(Address(hexadecimal: text) == Address(0x7F))
  }

  @Test(arguments: ["", "0x", "x7f", "-1", "+1", "7g", "10000000000000000", "0x0x1", "７F"])
  func `other text is no address`(text: String) {
    #expect(Address(hexadecimal: text) == nil)
  }

  @Test func `arithmetic wraps around at both ends`() {
    #expect(Address(.max) + 1 == .null)
    #expect(Address.null - 1 == Address(.max))
    #expect(Address(.max).alignedDown(to: 4096) == Address(0xFFFF_FFFF_FFFF_F000))
  }

  @Test func `a range is never empty, backwards, wrapped or too large to count`() {
    #expect(AddressRange(start: Address(5), end: Address(5)) == nil)
    #expect(AddressRange(start: Address(6), end: Address(5)) == nil)
    #expect(AddressRange(start: .null, end: Address(.max)) == nil)
    #expect(AddressRange(start: Address(5), count: 0) == nil)
    #expect(AddressRange(start: Address(5), count: -1) == nil)
    #expect(AddressRange(start: Address(.max), count: 1) == nil)
    #expect(AddressRange(start: Address(.max - 1), count: 1)?.count == 1)
  }
}

import MemoryImage
import TestSupport
import Testing

struct TypeAddressSetTests {
  @Test func `each member has its number and nothing else has one`() {
    let members = (0..<3000).map { (address: Address(0x5555_0000 + UInt64($0) * 416), number: UInt32($0)) }

    let types = TypeAddressSet(members)

    #expect(types.count == 3000)
    for (address, number) in members {
      #expect(types.number(of: address) == number)
      #expect(types.number(of: address + 8) == nil)
    }
  }

  @Test func `null and repeated addresses are left out`() {
    let types = typeSet([(.null, 1), (Address(16), 2), (Address(16), 3), (Address(.max), 4)])

    #expect(types.count == 2)
    #expect(types.number(of: .null) == nil)
    #expect(types.number(of: Address(16)) == 2)
    #expect(types.number(of: Address(.max)) == 4)
  }

  @Test func `an empty set has no members`() {
    let types = typeSet([])

    #expect(types.count == 0)
    #expect(types.number(of: .null) == nil)
    #expect(types.number(of: Address(1)) == nil)
  }
}

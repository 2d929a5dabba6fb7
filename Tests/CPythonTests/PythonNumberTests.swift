import MemoryImage
import TestSupport
import Testing

@testable import CPython

@Suite("Numbers as Python writes them")
struct PythonNumberTests {
  @Test(
    "floats have the shortest digits, and exponents where Python has them",
    arguments: [
      (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (0.1, "0.1"), (1e15, "1000000000000000.0"), (1e16, "1e+16"),
      (1.2345678901234567e17, "1.2345678901234566e+17"), (0.0001, "0.0001"), (0.00001, "1e-05"),
      (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"), (-123.456, "-123.456"),
      (9007199254740993.0, "9007199254740992.0"), (.infinity, "inf"), (-.infinity, "-inf"),
    ])
  func floats(value: Double, text: String) {
    #expect(PythonNumber.text(of: value) == text)
  }

  @Test("ints of any size are decimal, with digits of 30 bits and of 15", arguments: Layout.supported.indices, [4, 2])
  func ints(version: Int, digitSize: Int) throws {
    let layout = Layout.supported[version]
    var heap = SyntheticHeap(layout)
    let head = layout.long.ob_digit.bytes
    let type = heap.type("int", basicSize: head, itemSize: digitSize, flags: [.ready, .longSubclass])
    let zero = heap.int([], digitSize: digitSize, of: type)
    let negative = heap.int([5], isNegative: true, digitSize: digitSize, of: type)
    // 2 to the 100th.
    let digits: [UInt32] = digitSize == 4 ? [0, 0, 0, 1 << 10] : [0, 0, 0, 0, 0, 0, 1 << 10]
    let power = heap.int(digits, digitSize: digitSize, of: type)
    let small = heap.int(digitSize == 4 ? [40_000] : [40_000 & 0x7FFF, 40_000 >> 15], digitSize: digitSize, of: type)
    let tooLarge = heap.int([digitSize == 4 ? 1 << 30 : 1 << 15], digitSize: digitSize, of: type)
    let inferior = heap.inferior()

    func text(_ address: Address) -> String? {
      guard case .atom(let text)? = inferior.object(at: address)?.shape(in: inferior, limit: 0) else { return nil }
      return text
    }
    #expect(text(zero) == "0")
    #expect(text(negative) == "-5")
    #expect(text(power) == "1267650600228229401496703205376")
    #expect(inferior.integer(at: small) == 40_000)
    let header = try #require(inferior.object(at: power))
    #expect(header.byteCount(in: inferior) == head + digits.count * digitSize && header.invalidReason(in: inferior) == nil)
    #expect(inferior.object(at: tooLarge)?.invalidReason(in: inferior) == .invalidData)
  }
}

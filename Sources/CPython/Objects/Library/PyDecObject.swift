package import MemoryImage

/// A `decimal.Decimal` in the inferior's memory: words of 19 decimal digits, least significant first.
///
/// Mirrors `PyDecObject` in CPython's `Modules/_decimal/_decimal.c` and `mpd_t` in libmpdec's `mpdecimal.h`.
package struct PyDecObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  /// `MPD_NEG`, `MPD_INF`, `MPD_NAN`, `MPD_SNAN`, and `MPD_DATAFLAGS`: digits without an allocated block.
  private static let negative: UInt8 = 1
  private static let infinite: UInt8 = 2
  private static let quietNaN: UInt8 = 4
  private static let signalingNaN: UInt8 = 8
  private static let notAllocated: UInt8 = 0xE0
  /// `MPD_RDIGITS` and `MPD_RADIX`.
  private static let digitsOfWord = 19
  private static let radix: UInt64 = 10_000_000_000_000_000_000

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.decimal.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.decimal
    guard record[layout.len] >= 0, record[layout.len] <= record[layout.alloc], record[layout.alloc] < Int.max / 8,
      record[layout.digits] >= 0
    else { return .sizeOutOfRange }
    guard record[layout.data].isAligned(to: 8), !record[layout.data].isNull else { return .misalignedPointer }
    guard inferior.memory.isMapped(record[layout.data], byteCount: record[layout.len] * 8) else { return .unmappedItems }
    guard record[layout.flags] & (Self.infinite | Self.quietNaN | Self.signalingNaN) == 0 else { return nil }
    let words = words(in: inferior)
    return words.allSatisfy({ $0 < Self.radix }) && words.last != nil ? nil : .invalidData
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.decimal
    let isAllocated = record[layout.flags] & Self.notAllocated == 0
    return type.basicSize &+ (isAllocated ? record[layout.alloc] &* 8 : 0)
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape { .atom("Decimal('\(text(in: inferior))')") }

  /// The number as `str` writes it (`dec_str`; `mpd_to_sci`).
  private func text(in inferior: Inferior) -> String {
    let layout = inferior.layout.decimal
    let flags = record[layout.flags]
    let sign = flags & Self.negative != 0 ? "-" : ""
    if flags & Self.infinite != 0 { return sign + "Infinity" }
    let digits = digits(in: inferior)
    if flags & (Self.quietNaN | Self.signalingNaN) != 0 {
      return sign + (flags & Self.signalingNaN != 0 ? "sNaN" : "NaN") + (digits == "0" ? "" : digits)
    }
    let exponent = record[layout.exp]
    let adjusted = exponent &+ digits.count &- 1
    if exponent > 0 || adjusted < -6 {
      let mantissa = digits.count > 1 ? digits.prefix(1) + "." + digits.dropFirst() : digits[...]
      return sign + mantissa + "E" + (adjusted < 0 ? "" : "+") + String(adjusted)
    }
    let point = digits.count &+ exponent
    if exponent == 0 { return sign + digits }
    if point > 0 { return sign + digits.prefix(point) + "." + digits.dropFirst(point) }
    return sign + "0." + String(repeating: "0", count: -point) + digits
  }

  /// The coefficient's decimal digits, at most as many as 4,096 words hold.
  private func digits(in inferior: Inferior) -> String {
    let words = words(in: inferior).suffix(4096)
    let text = words.reversed().reduce(into: "") { text, word in
      let digits = String(word)
      text += text.isEmpty ? digits : String(repeating: "0", count: max(0, Self.digitsOfWord - digits.count)) + digits
    }
    return text.isEmpty ? "0" : text
  }

  private func words(in inferior: Inferior) -> [UInt64] {
    let layout = inferior.layout.decimal
    let count = max(0, record[layout.len])
    return (try? inferior.memory.array(of: UInt64.self, at: record[layout.data], count: count)).map(Array.init) ?? []
  }
}

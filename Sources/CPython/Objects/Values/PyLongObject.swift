package import MemoryImage

/// An `int`, or an instance of `bool` or another subclass, in the inferior's memory.
///
/// Mirrors `PyLongObject` in CPython's `Include/cpython/longintrepr.h`: digits of 30 or 15 bits, least significant first.
package struct PyLongObject: PythonObject {
  package let address: Address
  /// The number of digits, 0 for zero.
  package let digitCount: Int
  /// Whether the number is below zero.
  package let isNegative: Bool
  private let digits: Address
  private let digitSize: Int
  private let type: TypeTraits?

  /// The base of the digits (`PyLong_BASE`), where they have 30 bits.
  private static let base: UInt32 = 1 << 30

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    try self.init(at: header.address, type: header.type, in: inferior)
  }

  /// Reads the number at `address` without checking its type.
  package init(at address: Address, in inferior: __shared Inferior) throws(MemoryFault) {
    try self.init(at: address, type: nil, in: inferior)
  }

  private init(at address: Address, type: TypeTraits?, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.long
    let record = try inferior.memory.record(at: address, size: layout.ob_digit.bytes)
    self.address = address
    self.type = type
    digits = address + layout.ob_digit.bytes
    digitSize = inferior.types.digitSize
    if let tag = layout.lv_tag {
      // The sign is 0 for positive, 1 for zero, 2 for negative; the number of digits is above the lowest three bits.
      digitCount = Int(truncatingIfNeeded: record[tag] >> 3)
      isNegative = record[tag] & 3 == 2
    } else {
      let size = record[inferior.layout.object.ob_size]
      digitCount = Int(truncatingIfNeeded: size.magnitude)
      isNegative = size < 0
    }
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard digitCount >= 0, digitCount < Int.max / 4 else { return .sizeOutOfRange }
    guard digitCount > 0 else { return isNegative ? .invalidState : nil }
    guard inferior.memory.isMapped(digits, byteCount: digitCount * digitSize),
      let mostSignificant = try? digit(digitCount - 1, in: inferior)
    else { return .unmappedItems }
    return mostSignificant > 0 && mostSignificant < (digitSize == 2 ? 1 << 15 : Self.base) ? nil : .invalidData
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.long
    // Before 3.12 `int.__sizeof__` ignores the basic size of a subclass.
    let head = layout.lv_tag == nil ? layout.ob_digit.bytes : type?.basicSize ?? layout.ob_digit.bytes
    return head &+ max(layout.leastDigitCount, digitCount) &* digitSize
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    if type?.kind == .bool { return .atom(digitCount == 0 ? "False" : "True") }
    return .atom(text(in: inferior))
  }
}

extension PyLongObject {
  /// The number's value, if it has at most two digits (below 2 to the 60th).
  package func smallValue(in inferior: Inferior) -> Int? {
    guard digitCount >= 0, digitCount <= 8 / digitSize else { return nil }
    var value = 0
    for index in (0..<digitCount).reversed() {
      guard let digit = try? digit(index, in: inferior) else { return nil }
      value = value << (digitSize == 2 ? 15 : 30) | Int(digit & (digitSize == 2 ? 0x7FFF : Self.base - 1))
    }
    return isNegative ? -value : value
  }

  private func digit(_ index: Int, in inferior: Inferior) throws(MemoryFault) -> UInt32 {
    let place = digits + index * digitSize
    guard digitSize == 2 else { return try inferior.memory.load(UInt32.self, at: place) }
    return UInt32(try inferior.memory.load(UInt16.self, at: place))
  }

  /// The number in digits of 30 bits; nil if they are not in the dump.
  private func wideDigits(in inferior: Inferior) -> [UInt32]? {
    guard digitCount > 0 else { return [] }
    guard digitSize == 2 else {
      return (try? inferior.memory.array(of: UInt32.self, at: digits, count: digitCount)).map { Array($0) }
    }
    guard let narrow = try? inferior.memory.array(of: UInt16.self, at: digits, count: digitCount) else { return nil }
    return stride(from: 0, to: narrow.count, by: 2).map { index in
      let high = index + 1 < narrow.count ? narrow[index + 1] & 0x7FFF : 0
      return UInt32(narrow[index] & 0x7FFF) | UInt32(high) << 15
    }
  }

  /// The greatest number of 30-bit digits that is written. It is even, so that the rest is whole hexadecimal digits.
  private static let mostDigits = 16_000

  /// The number in Python's notation: decimal, or hexadecimal if it has more than 2,000 digits of 30 bits, for which
  /// conversion to decimal takes too long. Of very large numbers, only the first digits.
  private func text(in inferior: Inferior) -> String {
    guard digitCount > 0, let all = wideDigits(in: inferior) else { return "0" }
    let sign = isNegative ? "-" : ""
    if all.count <= 2_000 { return sign + Self.decimal(all) }
    let cut = max(0, all.count - Self.mostDigits + 1) & ~1
    return sign + Self.hexadecimal(all.dropFirst(cut)) + (cut == 0 ? "" : "...<\(cut / 2 * 15) more digits>")
  }

  private static func decimal(_ digits: [UInt32]) -> String {
    var rest = digits.map { UInt64($0 & (base - 1)) }
    var groups: [UInt64] = []
    while !rest.isEmpty {
      var remainder: UInt64 = 0
      for index in rest.indices.reversed() {
        let value = remainder << 30 | rest[index]
        rest[index] = value / 1_000_000_000
        remainder = value % 1_000_000_000
      }
      groups.append(remainder)
      while rest.last == 0 { rest.removeLast() }
    }
    let head = groups.last.map(String.init) ?? "0"
    return groups.dropLast().reversed().reduce(into: head) { text, group in
      let digits = String(group)
      text += String(repeating: "0", count: 9 - digits.count) + digits
    }
  }

  private static func hexadecimal(_ digits: some Collection<UInt32>) -> String {
    // Four bits at a time from the least significant end; 30 is not a multiple of 4, so bits are carried over.
    var nibbles: [UInt8] = []
    nibbles.reserveCapacity(digits.count * 8)
    var bits: UInt64 = 0
    var bitCount: UInt64 = 0
    for digit in digits {
      bits |= UInt64(digit & (base - 1)) << bitCount
      bitCount += 30
      while bitCount >= 4 {
        nibbles.append(UInt8(bits & 15))
        bits >>= 4
        bitCount -= 4
      }
    }
    if bits > 0 { nibbles.append(UInt8(bits)) }
    while nibbles.last == 0 { nibbles.removeLast() }
    let alphabet = Array("0123456789abcdef".utf8)
    return "0x" + String(decoding: nibbles.reversed().map { alphabet[Int($0)] }, as: UTF8.self)
  }
}

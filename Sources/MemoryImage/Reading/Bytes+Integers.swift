extension RandomAccessCollection where Element == UInt8, Index == Int {
  /// Returns the `count` bytes from `position`, relative to the first, or nil if there are not as many.
  @inlinable
  public func slice(at position: Int, count: Int) -> SubSequence? {
    guard position >= 0, count >= 0, position <= self.count, count <= self.count - position else { return nil }
    return self[(startIndex + position)..<(startIndex + position + count)]
  }

  /// Returns the little-endian number at `position`, relative to the first byte, or nil if not all of it is there.
  @inlinable
  public func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self, at position: Int) -> Value? {
    let size = Value.bitWidth / 8
    guard let bytes = slice(at: position, count: size) else { return nil }
    return Value(truncatingIfNeeded: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  /// Returns the text from `position` up to the first zero, at most `limit` bytes; nil if they are not all there.
  package func text(at position: Int, limit: Int) -> String? {
    slice(at: position, count: limit).map { ForeignText.text(utf8: $0.prefix { $0 != 0 }) }
  }
}

extension FixedWidthInteger {
  /// The number's bytes, the lowest first.
  public var littleEndianBytes: [UInt8] {
    (0..<(Self.bitWidth / 8)).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
  }
}

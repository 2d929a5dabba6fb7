package import MemoryImage

/// Where a function's exceptions are handled, as its code object says since 3.11 (`co_exceptiontable`,
/// InternalDocs/exception_handling.md).
package struct ExceptionTable: Sendable {
  private let bytes: MemoryArray<UInt8>

  package init(_ bytes: MemoryArray<UInt8>) {
    self.bytes = bytes
  }

  /// How many values the evaluation stack holds as long as the block lasts that the instruction at `offset` bytes is in;
  /// nil if it is in none. What a `with` statement leaves by is among the values.
  package func depth(atOffset offset: Int) -> Int? {
    var index = 0
    while index < bytes.count {
      guard let start = number(&index), let length = number(&index), number(&index) != nil, let depth = number(&index)
      else { return nil }
      // Units are instructions of two bytes; the lowest bit of the depth says whether the instruction is pushed too.
      if start * 2 <= offset, offset < (start + length) * 2 { return depth >> 1 }
    }
    return nil
  }

  /// The next number: groups of six bits, the most significant first, all but the last with bit 6 set.
  private func number(_ index: inout Int) -> Int? {
    var value = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      guard value < 1 << 32 else { return nil }
      value = value << 6 | Int(byte & 63)
      if byte & 64 == 0 { return value }
    }
    return nil
  }
}

package import MemoryImage

/// Where a function's exceptions are handled, as its code object says since 3.11 (`co_exceptiontable`,
/// InternalDocs/exception_handling.md).
package struct ExceptionTable: Sendable {
  private let bytes: MemoryArray<UInt8>

  package init(_ bytes: MemoryArray<UInt8>) {
    self.bytes = bytes
  }

  /// How many values the evaluation stack holds as long as the block lasts that the instruction at `offset` bytes is in; 0
  /// if it is in none. What a `with` statement leaves by is among the values, once it has been entered.
  package func depth(atOffset offset: Int) -> Int {
    guard let entry = entry(atOffset: offset) else { return 0 }
    if entry.pushesInstruction { return entry.depth }
    // What stands around every `await` keeps the values of the moment, and goes on (`CLEANUP_THROW`, since 3.12) in the
    // block that the `await` is in. Other handlers are in a block of their own, which keeps no less.
    return min(entry.depth, self.entry(atOffset: entry.target)?.depth ?? 0)
  }

  private struct Entry {
    let target: Int
    let depth: Int
    /// Whether the number of the instruction is pushed for the handler (`preserve_lasti`).
    let pushesInstruction: Bool
  }

  private func entry(atOffset offset: Int) -> Entry? {
    var index = 0
    while index < bytes.count {
      guard let start = number(&index), let length = number(&index), let target = number(&index),
        let depth = number(&index)
      else { return nil }
      // Units are instructions of two bytes.
      if start * 2 <= offset, offset < (start + length) * 2 {
        return Entry(target: target * 2, depth: depth >> 1, pushesInstruction: depth & 1 == 1)
      }
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

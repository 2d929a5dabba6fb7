package import MemoryImage

/// The exception handlers of a function, as its code object lists them since 3.11 (`co_exceptiontable`,
/// InternalDocs/exception_handling.md).
package struct ExceptionTable: Sendable {
  private let bytes: MemoryArray<UInt8>

  package init(_ bytes: MemoryArray<UInt8>) {
    self.bytes = bytes
  }

  /// The number of values that the evaluation stack keeps for the block around the instruction at `offset` bytes; 0 if it
  /// is in none. Once a `with` statement has been entered, its `__exit__` is among the values.
  package func depth(atOffset offset: Int) -> Int {
    guard let entry = entry(atOffset: offset) else { return 0 }
    if entry.pushesInstruction { return entry.depth }
    // The handler around every `await` keeps the values of the moment, and continues (`CLEANUP_THROW`, since 3.12) in the
    // block that the `await` is in. Other handlers are in a block of their own, which keeps at least as many.
    return min(entry.depth, self.entry(atOffset: entry.target)?.depth ?? 0)
  }

  private struct Entry {
    let target: Int
    let depth: Int
    /// Whether the offset of the instruction is pushed for the handler (`preserve_lasti`).
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

  /// Reads the next number: groups of six bits, most significant first; all but the last have bit 6 set.
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

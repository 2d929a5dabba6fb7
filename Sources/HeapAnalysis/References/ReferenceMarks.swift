import CScan
import MemoryImage

/// Marks those of some objects that any word of the memory points to: a doubtful object that nothing refers to is none.
///
/// There is one bit for each 16 bytes of the windows of memory that contain such objects, and one pass over all memory.
/// A word points to an object if it is in the object's first 16 bytes: its lowest bits may be flags.
@safe
final class ReferenceMarks: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: the initialiser writes all but `found`, which the kernel changes atomically.
  private let windows: UnsafeMutablePointer<UInt64>
  private let numbers: UnsafeMutablePointer<UInt32>
  private let wanted: UnsafeMutablePointer<UInt64>
  private let found: UnsafeMutablePointer<UInt64>
  private let table: scan_marks

  private static let windowWordCount = 1 << (Int(SCAN_WINDOW_SHIFT) - 4 - 6)

  /// The objects at these addresses, which ascend.
  init(_ addresses: [Address]) {
    var starts: [UInt64] = []
    for address in addresses {
      let window = address.rawValue >> UInt64(SCAN_WINDOW_SHIFT) + 1
      if starts.last != window { starts.append(window) }
    }
    let bits = max(4, Int.bitWidth - (starts.count &* 2).leadingZeroBitCount)
    let wordCount = max(1, starts.count * Self.windowWordCount)
    unsafe windows = .allocate(capacity: 1 << bits)
    unsafe windows.initialize(repeating: 0, count: 1 << bits)
    unsafe numbers = .allocate(capacity: 1 << bits)
    unsafe numbers.initialize(repeating: 0, count: 1 << bits)
    unsafe wanted = .allocate(capacity: wordCount)
    unsafe wanted.initialize(repeating: 0, count: wordCount)
    unsafe found = .allocate(capacity: wordCount)
    unsafe found.initialize(repeating: 0, count: wordCount)
    for (number, window) in starts.enumerated() {
      var slot = Int((window &* SCAN_WINDOW_FACTOR) >> UInt64(64 - bits))
      // SAFETY: slots are taken modulo the capacity, and less than half of them are used.
      while unsafe windows[slot] != 0 { slot = (slot + 1) & (1 << bits - 1) }
      unsafe windows[slot] = window
      unsafe numbers[slot] = UInt32(number)
    }
    unsafe table = scan_marks(
      lowest: addresses.first?.rawValue ?? 1, highest: (addresses.last?.rawValue ?? 0) | 15,
      windows: UnsafePointer(windows), numbers: UnsafePointer(numbers), table_mask: UInt64(1 << bits - 1),
      table_shift: UInt32(64 - bits), wanted: UnsafePointer(wanted), found: found)
    unsafe withUnsafePointer(to: table) { table in
      for address in addresses { unsafe scan_want(table, wanted, address.rawValue) }
    }
  }

  deinit {
    unsafe windows.deallocate()
    unsafe numbers.deallocate()
    unsafe wanted.deallocate()
    unsafe found.deallocate()
  }

  /// Marks what the words of a chunk point to.
  func mark(_ chunk: MemoryChunk) {
    let skipped = Int(truncatingIfNeeded: (0 &- chunk.range.start.rawValue) & 7)
    guard chunk.range.count > skipped else { return }
    // SAFETY: the bytes are the chunk's.
    unsafe withUnsafePointer(to: table) { table in
      unsafe scan_mark(
        table, chunk.bytes.assumingMemoryBound(to: UInt8.self) + skipped, chunk.range.count - skipped)
    }
  }

  /// Whether a word points to the object at `address`.
  func contains(_ address: Address) -> Bool {
    unsafe withUnsafePointer(to: table) { unsafe scan_is_marked($0, address.rawValue) }
  }
}

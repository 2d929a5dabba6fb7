import CElf
import Glibc
import MemoryImage
import NativeProcess

/// Zeros that a core has in place of memory.
///
/// gdb's `gcore` copies a mapping in pieces of 1 MiB (`gcore_copy_callback`, gdb/gcore.c) and stops at the first that it
/// cannot read, such as one with the guard page of a thread's stack. That piece and all later ones stay zero, and the core
/// does not say so. But a thread uses its stack, so a stack that is zero has not been read.
extension CoreFile {
  /// The number of bytes that the dumper reads at a time.
  private static let pieceSize = 1 << 20
  /// The fewest bytes that a thread has on its stack: return addresses, and what a function stores.
  private static let leastStack = 512

  /// Returns the parts of the file that are zero because they were not read, in ascending order.
  func unreadGaps(of segments: [ProgramHeader], threads: [ThreadFacts]) -> [Range<Int>] {
    let loads = segments.filter { $0.isLoad && $0.fields.p_filesz > 0 }.sorted { $0.fields.p_vaddr < $1.fields.p_vaddr }
    var gaps: [Range<Int>] = []
    var looked: Set<Int> = []
    // Headers may refer to the same bytes any number of times.
    var budget = bytes.count
    for thread in threads {
      guard let pointer = thread.stackPointer?.rawValue else { continue }
      let next = loads.firstIndex(sortedPast: { $0.fields.p_vaddr > pointer })
      guard next > 0, let place = bytesInFile(of: loads[next - 1]), place.count <= budget,
        let distance = Int(exactly: pointer - loads[next - 1].fields.p_vaddr), distance <= place.count,
        place.count - distance >= Self.leastStack
      else { continue }
      let position = place.lowerBound + distance
      guard isZero(position..<(position + Self.leastStack)), looked.insert(next).inserted else { continue }
      budget -= place.count
      let gap = unreadEnd(of: place)
      if gap.contains(position) { gaps.append(gap) }
    }
    return gaps.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// Returns the warning about the gaps, or nil if there are none.
  func gapWarning(_ gaps: [Range<Int>], of segments: [ProgramHeader]) -> String? {
    guard let first = gaps.first else { return nil }
    let byteCount = gaps.reduce(0) { $0 + $1.count }
    let segment = segments.first { bytesInFile(of: $0).map { $0.contains(first.lowerBound) } ?? false }
    let start = segment.map { Address($0.fields.p_vaddr &+ (UInt64(first.lowerBound) &- $0.fields.p_offset)) }
    return "\(path.onOneLine): \(gaps.count) stretches (\(byteCount) bytes) with the stacks of threads were not read, first "
      + "\(start ?? .null): the core has zeros there, as gdb leaves where a page cannot be read, and they count as missing: "
      + "try python-memtools dump"
  }

  private func bytesInFile(of segment: ProgramHeader) -> Range<Int>? {
    guard segment.isLoad, let start = Int(exactly: segment.fields.p_offset),
      let size = Int(exactly: segment.fields.p_filesz), start <= bytes.count, size <= bytes.count - start
    else { return nil }
    return start..<(start + size)
  }

  /// Returns the pieces at the end of a segment that are all zero.
  private func unreadEnd(of place: Range<Int>) -> Range<Int> {
    var start = place.upperBound
    for piece in stride(from: place.lowerBound, to: place.upperBound, by: Self.pieceSize).reversed() {
      guard isZero(piece..<start) else { break }
      start = piece
    }
    return start..<place.upperBound
  }

  private func isZero(_ range: Range<Int>) -> Bool {
    let part = unsafe UnsafeRawBufferPointer(rebasing: bytes.buffer[range])
    guard let start = part.baseAddress, let first = unsafe part.first else { return true }
    // SAFETY: each byte is compared with the next, all of them inside of the file.
    return unsafe first == 0 && memcmp(start, start + 1, part.count - 1) == 0
  }
}

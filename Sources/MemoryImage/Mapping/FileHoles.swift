import Glibc

/// The holes of a sparse file: parts that have no blocks on the disk and read as zeros (`lseek(2)`, `SEEK_HOLE`).
///
/// A process may reserve terabytes and touch a few pages of them. Its core has a hole for the rest, which holds nothing and
/// would take minutes to read.
public enum FileHoles {
  /// The length of the shortest hole that is reported, in bytes.
  public static let shortest = 1 << 20
  /// The most holes that are reported: a limit for hostile files.
  private static let most = 100_000

  /// `SEEK_DATA` and `SEEK_HOLE` (unistd.h), which the importer does not see without `_GNU_SOURCE`.
  private static let (seekData, seekHole): (Int32, Int32) = (3, 4)

  /// Returns the holes of an open file that have at least `shortest` bytes, in ascending order. The file's position does not
  /// change.
  static func all(of descriptor: Int32, status: stat) -> [Range<Int>] {
    let size = Int(status.st_size)
    // `st_blocks` counts units of 512 bytes, whatever the size of the file system's blocks (stat(3type)).
    guard Int(status.st_blocks) < (size - shortest) / 512 else { return [] }
    let position = lseek(descriptor, 0, SEEK_CUR)
    defer { lseek(descriptor, position, SEEK_SET) }
    var holes: [Range<Int>] = []
    var data = 0
    for _ in 0..<most {
      let start = Int(lseek(descriptor, off_t(data), seekHole))
      guard start >= data, start < size else { break }
      let next = Int(lseek(descriptor, off_t(start), seekData))
      // No data follow (ENXIO): the hole goes on to the end.
      let end = next > start ? min(next, size) : size
      if end - start >= shortest { holes.append(start..<end) }
      data = end
    }
    return holes
  }

  /// Returns the gaps between `parts`, which are in ascending order, in `byteCount` bytes. Gaps of fewer than `shortest`
  /// bytes are left out.
  public static func between(
    _ parts: [Range<Int>], of byteCount: Int, shortest: Int = FileHoles.shortest
  ) -> [Range<Int>] {
    var holes: [Range<Int>] = []
    var end = 0
    for part in parts + [byteCount..<byteCount] {
      if part.lowerBound - end >= shortest { holes.append(end..<part.lowerBound) }
      end = max(end, part.upperBound)
    }
    return holes
  }
}

extension [Range<Int>] {
  /// Returns the overlaps of the ranges with `part`, relative to its start. The ranges must be in ascending order and
  /// disjoint.
  package func within(_ part: Range<Int>) -> [Range<Int>] {
    self[firstIndex(sortedPast: { $0.upperBound > part.lowerBound })...].prefix(while: { $0.lowerBound < part.upperBound })
      .map { range in
        let common = range.clamped(to: part)
        return (common.lowerBound - part.lowerBound)..<(common.upperBound - part.lowerBound)
      }
  }
}

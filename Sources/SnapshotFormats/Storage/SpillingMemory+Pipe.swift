import Glibc
import MemoryImage

extension SpillingMemory {
  /// The number of bytes that are read before they are judged.
  private static let judgedSize = 1 << 20

  /// Reads all bytes of a pipe, up to its end, or up to the size that its first bytes announce.
  ///
  /// - Parameter judge: takes the first bytes, and returns how many there can be in all, or nil if they do not say.
  /// - Throws: `SnapshotError` if the pipe cannot be read, or there is no room for the bytes, and what `judge` throws.
  static func bytes(
    from descriptor: Int32, place: SpillingPlace, judge: (MappedBytes) throws -> Int? = { _ in nil }
  ) throws -> MappedBytes {
    let memory = try SpillingMemory(capacity: Int.max / 4, place: place)
    var count = 0
    var limit = Int.max
    var isJudged = false
    func judgeFirst() throws {
      isJudged = true
      // SAFETY: `count` bytes from the first on were read.
      let first = unsafe MappedBytes(copying: UnsafeRawBufferPointer(rebasing: memory.room(from: 0).prefix(count)))
      limit = try judge(first) ?? .max
    }
    while count < limit {
      if !isJudged, count >= judgedSize { try judgeFirst() }
      if memory.committed == count { try memory.commit(count + 1) }
      let room = unsafe memory.room(from: count)
      // SAFETY: the kernel writes at most as many bytes as are free.
      let got = unsafe read(descriptor, room.baseAddress, min(room.count, 1 << 20, limit - count))
      if got < 0 {
        if errno == EINTR { continue }
        throw SnapshotError.unreadable(path: place.path, errno: errno)
      }
      if got == 0 { break }
      count += got
    }
    if !isJudged { try judgeFirst() }
    return memory.finished(count: min(count, limit))
  }
}

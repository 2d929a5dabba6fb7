import Glibc
import MemoryImage

extension SpillingMemory {
  /// All that comes from a pipe, up to its end.
  ///
  /// - Throws: `SnapshotError` if it cannot be read, or there is no room for it.
  static func bytes(from descriptor: Int32, place: SpillingPlace) throws -> MappedBytes {
    let memory = try SpillingMemory(capacity: Int.max / 4, place: place)
    var count = 0
    while true {
      if memory.committed == count { try memory.commit(count + 1) }
      let room = unsafe memory.room(from: count)
      // SAFETY: the kernel writes at most as many bytes as are free.
      let got = unsafe read(descriptor, room.baseAddress, min(room.count, 1 << 20))
      if got < 0 {
        if errno == EINTR { continue }
        throw SnapshotError.unreadable(path: place.path, errno: errno)
      }
      if got == 0 { break }
      count += got
    }
    return memory.finished(count: count)
  }
}

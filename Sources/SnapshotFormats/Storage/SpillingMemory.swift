import CLazyPages
import Glibc
import MemoryImage
import Synchronization

/// Memory that grows up to a size that is reserved at first. As much as the budget allows is in memory, the rest in a
/// temporary file without a name, which disappears when we end. Both are one run of addresses.
@safe
final class SpillingMemory {
  private let base: UnsafeMutableRawPointer
  private let reserved: Int
  private let place: SpillingPlace
  private var file: Int32 = -1
  private var fileSize = 0
  private var isGivenAway = false
  /// The number of bytes that may be written, from the first one.
  private(set) var committed = 0

  /// The smallest and the largest number of bytes that are committed at a time.
  private static let leastStep = 64 << 10
  private static let step = 64 << 20

  /// Reserves addresses for `capacity` bytes, or fewer if the system does not allow as many.
  ///
  /// - Throws: `SnapshotError` if it does not allow any.
  init(capacity: Int, place: SpillingPlace) throws {
    precondition(capacity > 0, "no bytes to reserve")
    var size = min(Self.roundedUp(capacity), 1 << 45)
    while true {
      // Memory without access is not counted, whatever the system's overcommit policy.
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
      if let base = unsafe mmap(nil, size, PROT_NONE, flags, -1, 0), unsafe base != MAP_FAILED {
        unsafe self.base = base
        reserved = size
        self.place = place
        return
      }
      guard size > Self.step else { throw SnapshotError.unreadable(path: place.path, errno: errno) }
      size /= 2
    }
  }

  deinit {
    if file >= 0 { close(file) }
    // SAFETY: the mapping is this object's own until `finished` gives it away.
    if !isGivenAway { unsafe munmap(base, reserved) }
  }

  /// Returns the bytes that may be written, from `offset` up to all that are committed.
  @unsafe
  func room(from offset: Int) -> UnsafeMutableRawBufferPointer {
    precondition(offset >= 0 && offset <= committed, "outside of what is committed")
    return unsafe UnsafeMutableRawBufferPointer(start: base + offset, count: committed - offset)
  }

  /// Makes at least the first `count` bytes writable.
  ///
  /// - Throws: `SnapshotError.tooLarge` if there is no room for them in memory or in the file.
  func commit(_ count: Int) throws {
    while committed < count {
      // The size doubles each time, so that a few bytes do not take a large file.
      let step = min(max(Self.leastStep, committed), Self.step, reserved - committed)
      guard step > 0 else { throw SnapshotError.tooLarge(path: place.path, limit: reserved, directory: nil) }
      if file < 0, place.takeMemory(step) { try commitMemory(step) } else { try commitFile(step) }
    }
  }

  /// Makes all reserved bytes writable, of which only `parts` will be written. The rest stays zero and takes no room.
  ///
  /// - Throws: `SnapshotError.tooLarge` if there is no room for the parts in memory or in the file.
  func commit(parts: [Range<Int>]) throws {
    precondition(committed == 0, "parts come first")
    if place.takeMemory(parts.reduce(0) { $0 + $1.count }) { return try commitMemory(reserved) }
    file = try place.makeFile()
    guard ftruncate(file, off_t(reserved)) == 0 else {
      throw SnapshotError.tooLarge(path: place.path, limit: 0, directory: place.directory)
    }
    for part in parts { try place.setAside(part, of: file, limit: committed) }
    try mapFile(count: reserved)
  }

  /// Gives the first `count` bytes away, read-only, and frees the rest. The object cannot be used afterwards.
  ///
  /// - Parameter holes: long parts that were not written, in ascending order.
  func finished(count: Int, holes: [Range<Int>] = []) -> MappedBytes {
    precondition(!isGivenAway && count >= 0 && count <= committed, "more than was committed")
    let used = Self.roundedUp(count)
    // SAFETY: `used` is at most the reservation, which is whole pages.
    if used < reserved { unsafe munmap(base + used, reserved - used) }
    if file < 0 { place.returnMemory(max(0, committed - used)) }
    isGivenAway = true
    guard count > 0 else { return MappedBytes(copying: []) }
    unsafe mprotect(base, used, PROT_READ)
    return unsafe MappedBytes(adopting: UnsafeRawPointer(base), count: count, holes: holes)
  }

  private func commitMemory(_ step: Int) throws {
    guard unsafe mprotect(base + committed, step, PROT_READ | PROT_WRITE) == 0 else {
      throw SnapshotError.tooLarge(path: place.path, limit: committed, directory: nil)
    }
    // No huge pages: if memory is plentiful, their first touch is faster. But if the system has to search for them, as it
    // does when the dump's own file fills the page cache, they take several times as long.
    committed += step
  }

  private func commitFile(_ step: Int) throws {
    if file < 0 { file = try place.makeFile() }
    try place.setAside(fileSize..<(fileSize + step), of: file, limit: committed)
    try mapFile(count: step)
  }

  /// Maps the next `count` bytes of the file after those that are committed.
  private func mapFile(count: Int) throws {
    let flags = MAP_SHARED | MAP_FIXED
    // SAFETY: `count` bytes from `committed` are ours and were reserved for this.
    let mapped = unsafe mmap(base + committed, count, PROT_READ | PROT_WRITE, flags, file, off_t(fileSize))
    guard unsafe mapped != MAP_FAILED else {
      throw SnapshotError.tooLarge(path: place.path, limit: committed, directory: place.directory)
    }
    fileSize += count
    committed += count
  }

  private static func roundedUp(_ count: Int) -> Int {
    let page = Int(getpagesize())
    return (count + page - 1) / page * page
  }
}

/// The place for decompressed bytes: as many as the budget allows go into memory, the others into a file. All files of a
/// dump share one place.
final class SpillingPlace: Sendable {
  /// The dump's path, for messages.
  let path: String
  /// The directory of temporary files.
  let directory: String
  private let memoryLeft: Mutex<Int>
  private let spilled = Atomic(false)

  init(path: String, options: SnapshotOptions) {
    self.path = path
    directory = options.temporaryDirectory ?? Self.defaultDirectory
    // The analysis of the objects needs memory too: half of what the user allows is for it.
    memoryLeft = Mutex((options.memoryLimit ?? FreeMemory.byteCount) / 2)
  }

  /// Whether any bytes went into a file.
  var hasSpilled: Bool { spilled.load(ordering: .relaxed) }

  /// Returns whether `count` bytes are in the budget.
  func canHold(_ count: Int) -> Bool { memoryLeft.withLock { $0 >= count } }

  /// Takes `count` bytes from the budget; returns false if they are not in it.
  func takeMemory(_ count: Int) -> Bool {
    memoryLeft.withLock { left in
      guard left >= count else { return false }
      left -= count
      return true
    }
  }

  /// Returns unused bytes to the budget.
  func returnMemory(_ count: Int) {
    memoryLeft.withLock { $0 += count }
  }

  /// Returns an open file that has no name and is accessible only to its owner.
  ///
  /// - Throws: `SnapshotError.temporaryFile`.
  func makeFile() throws -> Int32 {
    spilled.store(true, ordering: .relaxed)
    var template = Array("\(directory)/python-memtools.XXXXXX".utf8CString)
    let file = unsafe template.withUnsafeMutableBufferPointer { name -> Int32 in
      guard let start = name.baseAddress else { return -1 }
      let file = unsafe mkstemp(start)
      if file >= 0 { unsafe unlink(start) }
      return file
    }
    guard file >= 0 else { throw SnapshotError.temporaryFile(directory: directory, errno: errno) }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    return file
  }

  /// Has the file system allocate blocks of a file before they are mapped, as a full disk would later cause SIGBUS. A
  /// sixteenth of the file system is left to others.
  ///
  /// - Throws: `SnapshotError.tooLarge`, with the number of bytes for which there was room.
  func setAside(_ part: Range<Int>, of file: Int32, limit: Int) throws {
    var status = statvfs()
    let isKnown = unsafe fstatvfs(file, &status) == 0
    let left = Double(status.f_bavail) * Double(status.f_frsize) - Double(part.count)
    guard !isKnown || left > Double(status.f_blocks) * Double(status.f_frsize) / 16,
      posix_fallocate(file, off_t(part.lowerBound), off_t(part.count)) == 0
    else { throw SnapshotError.tooLarge(path: path, limit: limit, directory: directory) }
  }

  /// Returns an open file of `count` bytes without a name, in memory if they are in the budget, or on disk.
  ///
  /// - Throws: `SnapshotError.temporaryFile` or `tooLarge`.
  func makeStore(_ count: Int) throws -> (file: Int32, isInMemory: Bool) {
    if takeMemory(count) {
      let file = lazy_pages_memory_file()
      if file >= 0, ftruncate(file, off_t(count)) == 0 { return (file, true) }
      if file >= 0 { close(file) }
      returnMemory(count)
    }
    let file = try makeFile()
    do {
      try setAside(0..<count, of: file, limit: 0)
    } catch {
      close(file)
      throw error
    }
    return (file, false)
  }

  private static var defaultDirectory: String {
    if let directory = unsafe getenv("TMPDIR"), unsafe directory.pointee != 0 {
      return unsafe String(cString: directory)
    }
    return unsafe access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp"
  }
}

import CZlib
import Glibc
import MemoryImage

/// A dump compressed by gzip (RFC 1952), in one file of one or several members.
struct GzipFile {
  private let bytes: MappedBytes
  private let path: String
  private let limit: Int

  /// The compressed file in `bytes`, which may inflate to `limit` bytes; `path` is for messages.
  init(bytes: MappedBytes, path: String, limit: Int) {
    self.bytes = bytes
    self.path = path
    self.limit = min(max(limit, 0), Int.max - 1)
  }

  /// Whether `bytes` begin with gzip's magic number and its one compression method.
  static func isGzip(_ bytes: MappedBytes) -> Bool {
    isGzip(bytes, at: 0)
  }

  /// Half of the machine's memory, in bytes.
  static var defaultLimit: Int {
    let (size, overflow) = sysconf(Int32(_SC_PHYS_PAGES)).multipliedReportingOverflow(by: sysconf(Int32(_SC_PAGESIZE)))
    return overflow || size <= 0 ? 1 << 30 : size / 2
  }

  /// The inflated bytes, in anonymous memory, and what was odd about them.
  ///
  /// - Throws: `SnapshotError` if the file is cut or broken and must not be, or it inflates to more than the limit.
  func inflated(allowTruncated: Bool) throws -> (bytes: MappedBytes, warnings: [String]) {
    var memory = try GrowingMemory(capacity: capacity, path: path)
    var warnings: [String] = []
    do {
      let end = try inflate(into: &memory)
      if end < bytes.count {
        warnings.append("\(place(end)): \(bytes.count - end) bytes behind the compressed data are left out")
      }
    } catch let error as SnapshotError {
      guard allowTruncated, memory.count > 0, case .malformed(_, let place, let problem) = error else { throw error }
      warnings.append("\(path.onOneLine): \(place): \(problem), \(memory.count) bytes before it are used")
    }
    guard memory.count <= limit else { throw SnapshotError.tooLarge(path: path, limit: limit) }
    return (memory.finished(), warnings)
  }
}

private extension GzipFile {
  /// The most that zlib takes and gives at once: its counters have 32 bits.
  static let step = 1 << 30

  /// Deflate makes at most 1032 bytes from one, so that a small file needs no large reservation. The byte more than the
  /// limit tells a file that reaches it from one that exceeds it.
  var capacity: Int {
    let (most, overflow) = bytes.count.multipliedReportingOverflow(by: 1032)
    return (overflow ? limit : min(limit, most)) + 1
  }

  static func isGzip(_ bytes: MappedBytes, at offset: Int) -> Bool {
    bytes.load(UInt8.self, at: offset) == 0x1F && bytes.load(UInt8.self, at: offset + 1) == 0x8B
      && bytes.load(UInt8.self, at: offset + 2) == 8
  }

  /// Inflates all members and returns the offset behind the last.
  func inflate(into memory: inout GrowingMemory) throws -> Int {
    var stream = unsafe z_stream()
    // 15 bits of window, and 16 for a gzip header.
    let started = unsafe inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else { throw SnapshotError.unreadable(path: path, errno: ENOMEM) }
    defer { unsafe inflateEnd(&stream) }
    var offset = 0
    while true {
      let result = try unsafe inflateStep(&stream, offset: &offset, memory: &memory)
      if result == Z_STREAM_END {
        guard Self.isGzip(bytes, at: offset) else { return offset }
        unsafe inflateReset(&stream)
      } else if result == Z_BUF_ERROR {
        // There was room, so what zlib lacks is input.
        throw SnapshotError.malformed(
          path: path, place: "offset \(offset.hexadecimal)",
          problem: "the compressed data are cut, try --allow-truncated to use what is there")
      } else if result != Z_OK {
        let reason = unsafe stream.msg.map { unsafe String(cString: $0) } ?? "error \(result)"
        throw SnapshotError.malformed(path: path, place: "offset \(offset.hexadecimal)", problem: "gzip: \(reason)")
      }
    }
  }

  /// Gives zlib as much input and room as it takes, once.
  func inflateStep(_ stream: inout z_stream, offset: inout Int, memory: inout GrowingMemory) throws -> Int32 {
    let input = min(bytes.count - offset, Self.step)
    let room = min(memory.room, Self.step)
    guard room > 0 else { throw SnapshotError.tooLarge(path: path, limit: limit) }
    // SAFETY: `input` bytes follow `offset` in the mapping and `room` bytes are free behind the memory's end; zlib
    // only reads its input, though its type does not say so.
    unsafe stream.next_in = UnsafeMutablePointer(
      mutating: bytes.buffer.baseAddress?.advanced(by: offset).assumingMemoryBound(to: UInt8.self))
    unsafe stream.avail_in = UInt32(input)
    unsafe stream.next_out = memory.end.assumingMemoryBound(to: UInt8.self)
    unsafe stream.avail_out = UInt32(room)
    let result = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
    offset += input - Int(unsafe stream.avail_in)
    memory.advance(by: room - Int(unsafe stream.avail_out))
    return result
  }

  func place(_ offset: Int) -> String { "\(path.onOneLine): offset \(offset.hexadecimal)" }
}

/// Anonymous memory that is reserved once and takes up only what has been written.
@safe
private struct GrowingMemory: ~Copyable {
  private let base: UnsafeMutableRawPointer
  private let capacity: Int
  private(set) var count = 0

  init(capacity: Int, path: String) throws {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let base = unsafe mmap(nil, capacity, PROT_READ | PROT_WRITE, flags, -1, 0), unsafe base != MAP_FAILED else {
      throw SnapshotError.unreadable(path: path, errno: errno)
    }
    unsafe self.base = base
    self.capacity = capacity
  }

  deinit {
    // SAFETY: the mapping is this value's own until `finished` gives it away.
    unsafe munmap(base, capacity)
  }

  var room: Int { capacity - count }

  @unsafe var end: UnsafeMutableRawPointer { unsafe base + count }

  mutating func advance(by written: Int) {
    precondition(written >= 0 && written <= room, "wrote past the reservation")
    count += written
  }

  /// Gives the written bytes away and the rest back.
  consuming func finished() -> MappedBytes {
    let page = Int(getpagesize())
    let used = (count + page - 1) / page * page
    // SAFETY: `used` is at most the mapping's size rounded up to pages, as mmap rounded it too.
    if used < capacity { unsafe munmap(base + used, capacity - used) }
    let (base, count) = unsafe (self.base, self.count)
    discard self
    guard count > 0 else { return MappedBytes(copying: []) }
    unsafe mprotect(base, count, PROT_READ)
    return unsafe MappedBytes(adopting: UnsafeRawPointer(base), count: count)
  }
}

import Glibc

/// A block of read-only bytes in this process: a mapped file, or memory of its own. It is given back with its owner.
@safe
public final class MappedBytes: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: the bytes are never written once the object is made.
  private let base: UnsafeRawPointer?
  /// The number of bytes.
  public let count: Int
  /// Long runs of bytes that are known to be zero without being read, in ascending order: see `FileHoles`.
  public let holes: [Range<Int>]
  /// Who takes part in the bytes' being there.
  private let keeper: (any MappingKeeper)?
  /// Whether the bytes are the heap's, and no mapping.
  private let isAllocated: Bool

  /// Files with at most so many bytes are read: the number of mappings that a process may have is limited.
  private static let largestRead = 64 << 10

  /// Takes over the mapping of `count` bytes at `base`, which must have come from `mmap`, and keeps `keeper` as long.
  @unsafe
  public init(
    adopting base: UnsafeRawPointer?, count: Int, holes: [Range<Int>] = [], keeper: (any MappingKeeper)? = nil
  ) {
    self.holes = holes
    unsafe self.base = base
    self.count = count
    self.keeper = keeper
    isAllocated = false
  }

  /// All of an open file: mapped, or read if it is small.
  ///
  /// - Throws: `FileProblem` if the file cannot be mapped or read.
  public convenience init(descriptor: Int32, size: Int, path: String) throws {
    guard size <= Self.largestRead else {
      try self.init(descriptor: descriptor, path: path)
      return
    }
    var count = 0
    let bytes = unsafe try [UInt8](unsafeUninitializedCapacity: size) { buffer, read in
      while count < size {
        // SAFETY: so many bytes of the buffer are left.
        let piece = unsafe pread(descriptor, buffer.baseAddress.map { unsafe $0 + count }, size - count, off_t(count))
        guard piece >= 0 || errno == EINTR else { throw FileProblem(path: path, errno: errno) }
        if piece == 0 { break }
        count += max(0, piece)
      }
      read = count
    }
    self.init(copying: bytes)
  }

  /// Memory of its own of `count` bytes, which `fill` is given once to write to; nil if there is none to be had.
  init?(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    isAllocated = true
    guard let memory = unsafe malloc(max(1, count)) else { return nil }
    unsafe fill(UnsafeMutableRawBufferPointer(start: memory, count: count))
    unsafe base = UnsafeRawPointer(memory)
    self.count = count
    (keeper, holes) = (nil, [])
  }

  /// A copy of `bytes` in memory of its own.
  public init(copying bytes: some Collection<UInt8>) {
    isAllocated = true
    guard let memory = unsafe malloc(max(1, bytes.count)) else { preconditionFailure("out of memory") }
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: memory, count: bytes.count)
    // An array's bytes at once: one by one, in a function that is not specialized, each is allocated.
    let copied: Void? = bytes.withContiguousStorageIfAvailable { unsafe buffer.copyMemory(from: .init($0)) }
    if copied == nil { _ = unsafe buffer.initializeMemory(as: UInt8.self, from: bytes) }
    unsafe base = UnsafeRawPointer(memory)
    count = bytes.count
    (keeper, holes) = (nil, [])
  }

  /// Maps a whole file.
  ///
  /// - Throws: `FileProblem` if the file cannot be opened or mapped.
  public convenience init(file path: String) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileProblem(path: path, errno: errno) }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor, path: path)
  }

  /// Maps all of an open file; `path` is for messages only, and the descriptor may be closed afterwards.
  public convenience init(descriptor: Int32, path: String) throws {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileProblem(path: path, errno: errno) }
    guard status.st_size > 0 else {
      unsafe self.init(adopting: nil, count: 0)
      return
    }
    let count = Int(status.st_size)
    guard let base = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), unsafe base != MAP_FAILED else {
      throw FileProblem(path: path, errno: errno)
    }
    unsafe self.init(adopting: UnsafeRawPointer(base), count: count, holes: FileHoles.all(of: descriptor, status: status))
  }

  deinit {
    keeper?.mappingEnds()
    guard let base = unsafe UnsafeMutableRawPointer(mutating: base) else { return }
    // SAFETY: the memory belongs to this object alone, and nobody reads it once the owner is gone.
    if isAllocated { unsafe free(base) } else { unsafe munmap(base, count) }
  }

  /// The bytes; valid as long as this object lives.
  @unsafe
  public var buffer: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: base, count: count) }

  /// The value at a byte offset, or nil if it does not lie inside.
  public func load<Value: BitwiseCopyable>(_ type: Value.Type = Value.self, at offset: Int) -> Value? {
    guard offset >= 0, count >= MemoryLayout<Value>.size, offset <= count - MemoryLayout<Value>.size else {
      return nil
    }
    // SAFETY: the guard keeps the load inside the mapping.
    return unsafe buffer.loadUnaligned(fromByteOffset: offset, as: Value.self)
  }
}

/// Who takes part in the bytes of a mapping being there.
public protocol MappingKeeper: AnyObject, Sendable {
  /// Is called before the addresses are given back, which may be another mapping's next.
  func mappingEnds()
}

/// A file that could not be used, and the operating system's reason.
public struct FileProblem: Error, Sendable, CustomStringConvertible {
  /// The file's path as the user wrote it.
  public let path: String
  /// The C library's error number.
  public let errno: Int32

  public init(path: String, errno: Int32) {
    self.path = path
    self.errno = errno
  }

  public var description: String { unsafe "\(path): \(String(cString: strerror(errno)))" }
}

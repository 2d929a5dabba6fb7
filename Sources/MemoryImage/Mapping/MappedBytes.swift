import Glibc

/// A block of read-only bytes in this process: a mapped file, or allocated memory. It is freed when this object is.
@safe
public final class MappedBytes: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: the bytes are never written after initialization.
  private let base: UnsafeRawPointer?
  /// The number of bytes.
  public let count: Int
  /// Long runs of bytes that are known to be zero without being read, in ascending order: see `FileHoles`.
  public let holes: [Range<Int>]
  /// An object that provides the bytes while they are mapped.
  private let keeper: (any MappingKeeper)?
  /// Whether the bytes are allocated on the heap rather than mapped.
  private let isAllocated: Bool

  /// The largest file that is read instead of mapped, in bytes: a process may have only so many mappings.
  private static let largestRead = 64 << 10

  /// Takes ownership of the mapping of `count` bytes at `base`, which must come from `mmap`, and retains `keeper` for as
  /// long.
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

  /// Creates the bytes of an open file, mapped, or read if it is small.
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
        // SAFETY: the buffer has `size - count` bytes left.
        let piece = unsafe pread(descriptor, buffer.baseAddress.map { unsafe $0 + count }, size - count, off_t(count))
        guard piece >= 0 || errno == EINTR else { throw FileProblem(path: path, errno: errno) }
        if piece == 0 { break }
        count += max(0, piece)
      }
      read = count
    }
    self.init(copying: bytes)
  }

  /// Allocates `count` bytes, which `fill` writes once; nil if there is not enough memory.
  init?(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    isAllocated = true
    guard let memory = unsafe malloc(max(1, count)) else { return nil }
    unsafe fill(UnsafeMutableRawBufferPointer(start: memory, count: count))
    unsafe base = UnsafeRawPointer(memory)
    self.count = count
    (keeper, holes) = (nil, [])
  }

  /// Copies `bytes` into allocated memory.
  public init(copying bytes: some Collection<UInt8>) {
    isAllocated = true
    guard let memory = unsafe malloc(max(1, bytes.count)) else { preconditionFailure("out of memory") }
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: memory, count: bytes.count)
    // An array's bytes are copied at once: in a function that is not specialized, a loop allocates for each byte.
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

  /// Maps all of an open file. `path` is for messages only, and the descriptor may be closed afterwards.
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

  /// Maps a whole regular file, never a pipe or a device, where opening may block or have an effect.
  ///
  /// - Throws: `FileProblem` if the path leads to anything else, or if the file cannot be opened or mapped.
  public convenience init(regularFile path: String) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw FileProblem(path: path, errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw FileProblem(path: path, errno: EINVAL)
    }
    try self.init(descriptor: descriptor, path: path)
  }

  deinit {
    keeper?.mappingEnds()
    guard let base = unsafe UnsafeMutableRawPointer(mutating: base) else { return }
    // SAFETY: the memory belongs to this object alone, and nothing reads it after its owner is gone.
    if isAllocated { unsafe free(base) } else { unsafe munmap(base, count) }
  }

  /// The bytes, valid as long as this object lives.
  @unsafe
  public var buffer: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: base, count: count) }

  /// Returns the value at a byte offset, or nil if not all of it is within the bytes.
  public func load<Value: BitwiseCopyable>(_ type: Value.Type = Value.self, at offset: Int) -> Value? {
    guard offset >= 0, count >= MemoryLayout<Value>.size, offset <= count - MemoryLayout<Value>.size else {
      return nil
    }
    // SAFETY: the guard keeps the load inside the mapping.
    return unsafe buffer.loadUnaligned(fromByteOffset: offset, as: Value.self)
  }

  /// Returns a copy of `count` bytes from `offset`, or nil if not all of them exist.
  public func bytes(at offset: Int, count: Int) -> [UInt8]? {
    guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else { return nil }
    // SAFETY: the guard.
    return unsafe Array(buffer[offset..<(offset + count)])
  }
}

/// An object that provides the bytes of a mapping.
public protocol MappingKeeper: AnyObject, Sendable {
  /// Called before the addresses are unmapped, as another mapping may get them next.
  func mappingEnds()
}

/// A file that could not be used, with the operating system's reason.
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

import Glibc

/// A block of read-only bytes in this process: a mapped file, or anonymous memory. It is unmapped with its owner.
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

  /// Takes over the mapping of `count` bytes at `base`, which must have come from `mmap`, and keeps `keeper` as long.
  @unsafe
  public init(
    adopting base: UnsafeRawPointer?, count: Int, holes: [Range<Int>] = [], keeper: (any MappingKeeper)? = nil
  ) {
    self.holes = holes
    unsafe self.base = base
    self.count = count
    self.keeper = keeper
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

  /// A copy of `bytes` in memory of its own.
  public convenience init(copying bytes: some Collection<UInt8>) {
    let count = bytes.count
    guard count > 0,
      let base = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      unsafe base != MAP_FAILED
    else {
      precondition(count == 0, "out of memory")
      unsafe self.init(adopting: nil, count: 0)
      return
    }
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: base, count: count)
    // An array's bytes at once: one by one, in a function that is not specialized, each is allocated.
    let copied: Void? = bytes.withContiguousStorageIfAvailable { unsafe buffer.copyMemory(from: .init($0)) }
    if copied == nil { _ = unsafe buffer.initializeMemory(as: UInt8.self, from: bytes) }
    unsafe self.init(adopting: UnsafeRawPointer(base), count: count)
  }

  deinit {
    keeper?.mappingEnds()
    // SAFETY: the mapping belongs to this object alone, and nobody reads it once the owner is gone.
    if let base = unsafe base { unsafe munmap(UnsafeMutableRawPointer(mutating: base), count) }
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

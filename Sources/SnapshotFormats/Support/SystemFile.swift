import Glibc

/// Access to the small text files with which the kernel describes itself and its processes.
enum SystemFile {
  /// Reads the bytes of the file to its end, as `fstat` does not know the sizes of files in `/proc`.
  ///
  /// - Throws: the C library's error number.
  static func bytes(_ path: String) throws(Errno) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Errno(errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    let piece = 64 << 10
    while true {
      var failure: Int32 = 0
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: piece) { buffer, count in
        // SAFETY: the kernel writes at most `piece` bytes, the capacity, and returns how many.
        let got = unsafe read(descriptor, buffer.baseAddress, piece)
        count = max(0, got)
        if got < 0 { failure = errno }
      }
      if failure == EINTR { continue }
      guard failure == 0 else { throw Errno(failure) }
      if chunk.isEmpty { return bytes }
      bytes += chunk
    }
  }

  /// Reads the text of the file, or returns nil if that fails: for text that only improves a message.
  static func text(_ path: String) -> String? {
    guard let bytes = try? bytes(path) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads the number that the file holds, or returns nil.
  static func number(_ path: String) -> Int? {
    guard let text = text(path) else { return nil }
    return Int(text.prefix { $0 != "\n" })
  }
}

/// An error number of the C library.
struct Errno: Error, Equatable, CustomStringConvertible {
  let code: Int32

  init(_ code: Int32) {
    self.code = code
  }

  /// The C library's message for it, in lower case.
  var description: String { unsafe String(cString: strerror(code)).lowercased() }
}

extension UnsafeMutablePointer<dirent> {
  /// The name of the directory entry that `readdir` returned.
  ///
  /// An entry is only as long as its name. The structure must not be copied, as its last bytes may be beyond the buffer.
  @unsafe
  var name: String {
    let size = Int(unsafe pointee.d_reclen)
    // SAFETY: the kernel made the entry of `d_reclen` bytes, with a zero after the name.
    let entry = unsafe UnsafeRawBufferPointer(start: self, count: size)
    let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) ?? size
    return unsafe String(decoding: entry.dropFirst(nameOffset).prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension Int32 {
  /// Returns the names of all entries of the directory that this descriptor is open for, in no order; nil if they cannot be
  /// read, and `errno` says why.
  func entryNames() -> [String]? {
    let duplicate = fcntl(self, F_DUPFD_CLOEXEC, 0)
    guard duplicate >= 0 else { return nil }
    guard let stream = unsafe fdopendir(duplicate) else {
      let reason = errno
      close(duplicate)
      errno = reason
      return nil
    }
    defer { unsafe closedir(stream) }
    // All duplicates share the position.
    unsafe rewinddir(stream)
    var names: [String] = []
    errno = 0
    while let entry = unsafe readdir(stream) {
      let name = unsafe entry.name
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    return errno == 0 ? names : nil
  }
}

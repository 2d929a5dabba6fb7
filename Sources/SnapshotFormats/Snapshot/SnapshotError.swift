import Glibc

/// Why a dump could not be opened. Each is told in one line: which file, what, where, and what to try.
package enum SnapshotError: Error, Equatable, Sendable {
  /// The file or directory cannot be opened; the C library's error number says why.
  case unreadable(path: String, errno: Int32)
  /// The path leads to a pipe, a device or a socket.
  case neitherFileNorDirectory(path: String)
  /// A directory in which no file is called `mem.START.END.bin`, or none of them has bytes.
  case noRegions(path: String)
  /// A file that begins like none of the formats.
  case unknownFormat(path: String, firstBytes: [UInt8])
  /// A file in a format that others read.
  case foreignFormat(path: String, ForeignFormat)
  /// A file that ends before what it announces: `place` names what is cut, `offset` is where the file ends.
  case truncated(path: String, place: String, offset: Int, missing: UInt64)
  /// Bytes that contradict the format.
  case malformed(path: String, place: String, problem: String)
  /// An ELF file that is not a core file of a machine that we know.
  case unsupportedElf(path: String, property: String, expected: String, found: String)
  /// A core file without the bytes of any region.
  case emptyCore(path: String)
  /// A compressed dump or a process for whose bytes beyond `limit` there is no room: in the directory of temporary
  /// files, or in memory if nil.
  case tooLarge(path: String, limit: Int, directory: String?)
  /// A temporary file could not be made.
  case temporaryFile(directory: String, errno: Int32)
  /// A directory with several dumps in it.
  case severalDumps(path: String, names: [String])
  /// The kernel allows no further mapping; `count` were made.
  case tooManyRegions(path: String, count: Int, limit: Int?)
}

extension SnapshotError {
  /// The line that a warning says instead, where what is there is used.
  var asWarning: String {
    guard case .truncated(let path, let place, let offset, let missing) = self else { return description }
    return "\(path.onOneLine): \(place) is cut: the file ends at offset \(offset.hexadecimal), "
      + "\(missing) bytes are missing"
  }
}

extension SnapshotError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let path, let errno):
      let reason = unsafe String(cString: strerror(errno))
      return "\(path.onOneLine): \(reason.lowercased())\(errno == EACCES ? ", try it as the file's owner" : "")"
    case .neitherFileNorDirectory(let path):
      return "\(path.onOneLine): expected a file or a directory, found a pipe or a device, "
        + "try to copy it to a file first, or - for standard input"
    case .noRegions(let path):
      return "\(path.onOneLine): no region in this directory, expected files named mem.START.END.bin"
    case .unknownFormat(let path, let bytes):
      let found = bytes.isEmpty ? "an empty file" : bytes.map(\.twoDigits).joined(separator: " ")
      return "\(path.onOneLine): not a dump: expected an ELF core file, a region stream, either of them compressed by "
        + "gzip, zstd, xz or lz4, or a directory of mem.START.END.bin files, found \(found)"
    case .foreignFormat(let path, let format):
      return "\(path.onOneLine): not a dump that is read here: it is \(format.name): try \(format.advice)"
    case .truncated(let path, let place, let offset, let missing):
      return "\(path.onOneLine): \(place) is cut: the file ends at offset \(offset.hexadecimal), \(missing) bytes are "
        + "missing, try --allow-truncated to use what is there"
    case .malformed(let path, let place, let problem):
      return "\(path.onOneLine): \(place): \(problem)"
    case .unsupportedElf(let path, let property, let expected, let found):
      return "\(path.onOneLine): ELF \(property): expected \(expected), found \(found)"
    case .emptyCore(let path):
      return "\(path.onOneLine): no program header of this core file has bytes of memory, "
        + "try a larger /proc/PID/coredump_filter or gcore"
    case .tooLarge(let path, let limit, let directory):
      guard let directory else {
        return "\(path.onOneLine): no memory for more than \(limit) bytes, try --memory-limit"
      }
      return "\(path.onOneLine): \(directory.onOneLine) has no room for what exceeds \(limit) bytes, "
        + "try --temp-dir with a directory on a larger disk"
    case .temporaryFile(let directory, let errno):
      return "\(directory.onOneLine): no temporary file can be made: \(Errno(errno)), try --temp-dir"
    case .severalDumps(let path, let names):
      return "\(path.onOneLine): expected one dump in this directory, found \(names.count), try one of them: "
        + names.prefix(3).map(\.onOneLine).joined(separator: ", ")
    case .tooManyRegions(let path, let count, let limit):
      let which = limit.map { " of \($0)" } ?? ""
      return "\(path.onOneLine): the limit\(which) on mappings is reached after \(count) regions, "
        + "try sysctl vm.max_map_count=1000000"
    }
  }
}

extension String {
  /// The text with its control characters, a newline for one, replaced by question marks.
  var onOneLine: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}

extension BinaryInteger {
  /// A file offset or size as messages show it: `0x1f80`.
  var hexadecimal: String { "0x" + String(self, radix: 16) }
}

extension UInt8 {
  /// The byte as two upper-case hexadecimal digits.
  var twoDigits: String {
    let digits = String(self, radix: 16, uppercase: true)
    return self < 16 ? "0" + digits : digits
  }
}

import Glibc
import MemoryImage

/// A reason why a dump could not be opened. Its message is one line: which file, what, where, and what to try.
package enum SnapshotError: Error, Equatable, Sendable {
  /// The file or directory cannot be opened, for the reason that the C library's error number states.
  case unreadable(path: String, errno: Int32)
  /// The path leads to a pipe, a device or a socket.
  case neitherFileNorDirectory(path: String)
  /// The directory has no file named `mem.START.END.bin`, or none of them has bytes.
  case noRegions(path: String)
  /// The file begins like none of the formats.
  case unknownFormat(path: String, firstBytes: [UInt8])
  /// The file is in a format that other programs read.
  case foreignFormat(path: String, ForeignFormat)
  /// The file ends before what it announces: `place` names what is cut, `offset` is where the file ends.
  case truncated(path: String, place: String, offset: Int, missing: UInt64)
  /// The bytes contradict the format.
  case malformed(path: String, place: String, problem: String)
  /// The file is an ELF file, but not a core file of a supported machine.
  case unsupportedElf(path: String, property: String, expected: String, found: String)
  /// The core file has no bytes of any region.
  case emptyCore(path: String)
  /// There is no room for the bytes of a compressed dump or a process beyond `limit`: in the directory of temporary files,
  /// or in memory if `directory` is nil.
  case tooLarge(path: String, limit: Int, directory: String?)
  /// A temporary file could not be created.
  case temporaryFile(directory: String, errno: Int32)
  /// The directory has several dumps in it.
  case severalDumps(path: String, names: [String])
  /// The kernel allows no more mappings; `count` were made.
  case tooManyRegions(path: String, count: Int, limit: Int?)
}

extension SnapshotError {
  /// The text of a warning in place of the error, if the available data are used.
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

import MemoryImage
import NativeProcess

/// The contents that a directory or a stream should have, as its dumper listed them: the process, and every region.
///
/// A manifest is text. In a directory it is the file `manifest.txt`. A stream begins with it, as a region at an address
/// where no process has memory, so that a program that does not know it reads one more region. Dumps by other programs have
/// none.
///
///     python-memtools dump 1
///     process 4711 started 88213 boot 3f0c8a52-…
///     region 00007F1C2A000000-00007F1C2A021000 rw- [heap]
///     end 1
struct DumpManifest: Equatable {
  /// A region of the dump.
  struct Region: Equatable {
    /// The addresses of the region in the process.
    let range: AddressRange
    /// The access that the process had to it, as `rw-`.
    let permissions: String
    /// The file that was mapped there, or the kernel's name.
    let name: String?
  }

  /// The process, identified by its id, its start time and the boot of the machine.
  let process: String
  /// The regions, in the order of the dump.
  let regions: [Region]
  /// Whether the text has its end: if not, there were more regions.
  let isWhole: Bool

  /// The name of the file in a directory.
  static let fileName = "manifest.txt"
  /// The address of the region in a stream: in the kernel's half of the address space.
  static let streamAddress = Address(0xFFFF_F000_0000_0000)
  /// The size of a page in bytes. The region is padded with newlines to whole pages, like other regions.
  static let pageSize = 4096
  /// A limit in bytes above the size of any dump's text.
  static let sizeLimit = 64 << 20

  private static let firstLine = "python-memtools dump 1"
  /// The most regions: 16 times as many as the kernel allows a process by default.
  private static let regionLimit = 1 << 20

  /// The process's id, if it is a number.
  var processID: Int32? { Int32(process.prefix { $0 != " " }) }

  /// The process's id, as messages name it.
  var processName: String { "process \(process.prefix { $0 != " " })" }
}

extension DumpManifest {
  /// Creates the manifest of a capture.
  init(of plan: CapturePlan, process facts: ProcessFacts) {
    let boot = SystemFile.text("/proc/sys/kernel/random/boot_id")?.prefix { $0 != "\n" } ?? "unknown"
    process = "\(facts.id ?? 0) started \(facts.startTime ?? 0) boot \(boot)"
    regions = plan.regions.map { Region(range: $0.range, permissions: $0.permissions.description, name: $0.name) }
    isWhole = true
  }

  /// The text of the manifest.
  var bytes: [UInt8] {
    var text = Array((Self.firstLine + "\nprocess \(process.onOneLine)\n").utf8)
    for region in regions {
      text += Array("region \(region.range) \(region.permissions)".utf8)
      text += region.name.map { [UInt8(ascii: " ")] + ForeignText.bytes(of: $0.onOneLine) } ?? []
      text.append(UInt8(ascii: "\n"))
    }
    return text + Array("end \(regions.count)\n".utf8)
  }

  /// The region in which a stream has the text, after the region's start and end address.
  var streamRecord: [UInt8] {
    let text = bytes
    let size = (text.count + Self.pageSize - 1) / Self.pageSize * Self.pageSize
    return Self.streamAddress.rawValue.littleEndianBytes + (Self.streamAddress + size).rawValue.littleEndianBytes + text
      + Array(repeating: UInt8(ascii: "\n"), count: size - text.count)
  }
}

extension DumpManifest {
  /// Parses the manifest in `text`; nil if that is anything else. A truncated one has the regions before the cut.
  init?(_ text: [UInt8]) {
    guard text.count <= Self.sizeLimit else { return nil }
    // The last line counts only if it is terminated.
    let lines = text.split(
      separator: UInt8(ascii: "\n"), maxSplits: Self.regionLimit + 3, omittingEmptySubsequences: true)
    let count = lines.count - (text.last == UInt8(ascii: "\n") ? 0 : 1)
    let prefix = "process "
    guard count >= 2, lines[0].elementsEqual(Self.firstLine.utf8), lines[1].starts(with: prefix.utf8),
      lines[1].count < 256
    else { return nil }
    process = ForeignText.text(utf8: lines[1].dropFirst(prefix.utf8.count)).onOneLine
    var regions: [Region] = []
    var isWhole = false
    for line in lines[2..<count] {
      if line.elementsEqual("end \(regions.count)".utf8) {
        isWhole = true
        break
      }
      guard regions.count < Self.regionLimit, let region = Region(line: line) else { break }
      regions.append(region)
    }
    self.regions = regions
    self.isWhole = isWhole
  }
}

extension DumpManifest {
  /// The ranges of the regions, with their names.
  var names: [MappedFile] {
    regions.compactMap { region in region.name.map { MappedFile(range: region.range, offset: 0, path: $0) } }
  }
}

extension DumpManifest.Region {
  /// Parses the region of a line; nil if it is not a region's.
  fileprivate init?(line: ArraySlice<UInt8>) {
    let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 3)
    guard fields.count >= 3, fields[0].elementsEqual("region".utf8), line.count < 1 << 16 else { return nil }
    let ends = fields[1].split(separator: UInt8(ascii: "-"))
    guard ends.count == 2, let start = Self.address(ends[0]), let end = Self.address(ends[1]),
      let range = AddressRange(start: start, end: end)
    else { return nil }
    self.range = range
    permissions = ForeignText.text(utf8: fields[2]).onOneLine
    name = fields.count > 3 ? ForeignText.text(utf8: fields[3]).onOneLine : nil
  }

  private static func address(_ digits: ArraySlice<UInt8>) -> Address? {
    guard digits.count == 16 else { return nil }
    return Address(hexadecimal: String(decoding: digits, as: UTF8.self))
  }
}

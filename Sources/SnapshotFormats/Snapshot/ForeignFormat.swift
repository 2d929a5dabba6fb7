import MemoryImage

/// A format that we do not read, recognized by the file's first bytes, with advice on how to convert it.
///
/// The first bytes are those that `file(1)` uses, and those in the headers of each program: apport's `problem_report.py`,
/// Breakpad's `minidump_format.h`, CRIU's `magic.h`, makedumpfile's `diskdump_mod.h`, LZ4's `lz4cli`.
package struct ForeignFormat: Equatable, Sendable {
  /// The name of the format, as in "this is …".
  package let name: String
  /// The recommended action.
  package let advice: String

  private init(_ name: String, try advice: String) {
    self.name = name
    self.advice = advice
  }

  /// Detects the format by the first bytes; nil if it is none of these.
  init?(of bytes: MappedBytes) {
    // A region stream begins with the address of a page: its first byte is zero.
    guard let first = bytes.bytes(at: 0, count: 1)?.first, first != 0 else { return nil }
    let found = Self.marks.first { mark in
      bytes.bytes(at: mark.offset, count: mark.magic.count).map { $0 == mark.magic } ?? false
    }
    guard let found else { return nil }
    self = found.format
  }
}

// MARK: - Recognized by the first bytes

extension ForeignFormat {
  private struct Mark: Sendable {
    let offset: Int
    let magic: [UInt8]
    let format: ForeignFormat

    init(_ magic: [UInt8], at offset: Int = 0, _ format: ForeignFormat) {
      self.offset = offset
      self.magic = magic
      self.format = format
    }

    init(_ magic: String, at offset: Int = 0, _ format: ForeignFormat) {
      self.init(Array(magic.utf8), at: offset, format)
    }
  }

  private static let marks: [Mark] = [
    Mark("ProblemType: ", apport),
    Mark("MDMP", minidump),
    // Images of CRIU 1.x begin with numbers of their own, later ones with a common one.
    Mark([0x16, 0x31, 0x31, 0x58], criu), Mark([0x19, 0x43, 0x56, 0x54], criu), Mark([0x40, 0x59, 0x10, 0x55], criu),
    Mark("KDUMP   ", wholeMachine), Mark("DISKDUMP", wholeMachine), Mark("EMiL", wholeMachine),
    Mark("makedumpfile\0", flattened),
    Mark("PAGEDUMP", windows), Mark("PAGEDU64", windows),
    Mark([0xCE, 0xFA, 0xED, 0xFE], mach), Mark([0xCF, 0xFA, 0xED, 0xFE], mach),
    Mark("ustar", at: 257, archive("a tar archive", by: "tar -xf")),
    Mark("PK\u{3}\u{4}", archive("a zip archive", by: "unzip")),
    Mark([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], archive("a 7z archive", by: "7z x")),
    Mark("Rar!\u{1A}\u{7}", archive("a RAR archive", by: "unrar x")),
    Mark("!<arch>\n", archive("an ar archive or Debian package", by: "ar x")),
    Mark([0x02, 0x21, 0x4C, 0x18], packed("LZ4's legacy format", by: "lz4 -d")),
    Mark("BZh", packed("bzip2", by: "bzip2 -d")),
    Mark([0x1F, 0x9D], packed("compress", by: "gzip -d")),
    Mark([0x89, 0x4C, 0x5A, 0x4F, 0x00, 0x0D, 0x0A], packed("lzop", by: "lzop -d")),
    Mark([0x5D, 0x00, 0x00], packed("the format of lzma before xz", by: "xz --format=lzma -d")),
    Mark("version https://git-lfs", pointer),
  ]

  static let apport = ForeignFormat(
    "a crash report of apport, which holds a core", try: "apport-unpack FILE FOLDER, and FOLDER/CoreDump")
  static let minidump = ForeignFormat(
    "a minidump, which most often holds stacks and no heap", try: "a core or a dump of the process instead")
  static let criu = ForeignFormat(
    "an image of CRIU", try: "criu-coredump, which makes a core of a folder of them, or restore it and dump the process")
  static let wholeMachine = ForeignFormat(
    "a dump of a whole machine or its kernel", try: "crash with its extension gcore, which makes a core of one process")
  static let flattened = ForeignFormat(
    "a dump of a whole machine in makedumpfile's flattened form",
    try: "makedumpfile -R, then crash with its extension gcore, which makes a core of one process")
  static let windows = ForeignFormat("a dump of Windows' kernel", try: "WinDbg, the process ran on no Linux")
  static let mach = ForeignFormat("a Mach-O file, a core of macOS or a program", try: "lldb, the process ran on no Linux")
  static let pointer = ForeignFormat("Git LFS's pointer to a file, and not the file", try: "git lfs pull")

  private static func archive(_ name: String, by command: String) -> ForeignFormat {
    ForeignFormat(name, try: "\(command) and what is in it")
  }

  private static func packed(_ name: String, by command: String) -> ForeignFormat {
    ForeignFormat("compressed by \(name)", try: "\(command) first")
  }
}

// MARK: - Unsupported ELF files

extension ForeignFormat {
  /// Detects the core of a process of 32 bits or of a big-endian machine by ELF's identification; nil if it is neither, or
  /// no core.
  init?(coreOf bytes: MappedBytes) {
    guard let head = bytes.bytes(at: 0, count: 20) else { return nil }
    let isLong = head[4] == 2
    let isBig = head[5] == 2
    let kind = isBig ? UInt16(head[16]) << 8 | UInt16(head[17]) : UInt16(head[17]) << 8 | UInt16(head[16])
    guard kind == 4, [1, 2].contains(head[4]), [1, 2].contains(head[5]), !isLong || isBig else { return nil }
    let properties = [isLong ? "64-bit" : "32-bit", isBig ? "big-endian" : "little-endian"].joined(separator: " ")
    self.init(
      "the core of a \(properties) process, expected 64-bit little-endian",
      try: "gdb with the python-gdb.py of that Python")
  }
}

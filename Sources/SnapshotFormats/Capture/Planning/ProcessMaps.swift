import MemoryImage

/// A line of `/proc/PID/maps`: one mapping of a process (`proc_pid_maps(5)`).
struct ProcessMapping: Equatable, Sendable {
  /// The addresses of the mapping.
  let range: AddressRange
  /// The access that the process has to it.
  let permissions: MemoryRegion.Permissions
  /// Whether other processes see what the process writes to it.
  let isShared: Bool
  /// The offset in the file at which it begins, in bytes.
  let offset: UInt64
  /// The file's inode; 0 if there is no file.
  let inode: UInt64
  /// The file's path or a name like `[heap]`; nil for memory without a name.
  let name: String?
  /// Whether the file has been unlinked.
  let isDeleted: Bool

  /// Whether its untouched pages are zero: they are in no file, and not provided by the kernel as those of `[vdso]` are.
  var isAnonymous: Bool {
    guard inode == 0, !isShared else { return false }
    return name.map { $0 == "[heap]" || $0.hasPrefix("[stack") || $0.hasPrefix("[anon") } ?? true
  }

  /// Whether the mapping may hold objects and belongs to the process: readable, private, not a device, and not one of those
  /// that the kernel puts into every process.
  var isWorthCopying: Bool {
    isReadable && !isShared && !(name ?? "").hasPrefix("[vvar") && !isDevice
  }

  /// Whether the process can read it, and it is in the process's part of the address space.
  var isReadable: Bool { permissions.contains(.read) && name != "[vsyscall]" }

  /// Whether it is a device's memory, where a read may have an effect. Zeros and shared memory are not devices.
  private var isDevice: Bool {
    guard let name, name.hasPrefix("/dev/") else { return false }
    return name != "/dev/zero" && !name.hasPrefix("/dev/shm/")
  }
}

extension ProcessMapping {
  /// Parses a line, or returns nil if it is anything else:
  ///
  ///     7f1c2a000000-7f1c2a021000 rw-p 00000000 fe:01 1234      /a path/with spaces (deleted)
  init?(line: Substring) {
    // The path is the sixth field and may contain spaces; the kernel writes a newline in it as \012.
    let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
    guard fields.count >= 5 else { return nil }
    let ends = fields[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let start = Address(hexadecimal: ends[0]), let end = Address(hexadecimal: ends[1]),
      let range = AddressRange(start: start, end: end),
      let (permissions, isShared) = Self.permissions(fields[1]),
      let offset = UInt64(fields[2], radix: 16), let inode = UInt64(fields[4])
    else { return nil }
    self.range = range
    self.permissions = permissions
    self.isShared = isShared
    self.offset = offset
    self.inode = inode
    let text = fields.count > 5 ? fields[5].drop { $0 == " " } : ""
    let mark = " (deleted)"
    isDeleted = text.hasSuffix(mark)
    let name = isDeleted ? text.dropLast(mark.count) : text
    self.name = name.isEmpty ? nil : String(name)
  }

  private static func permissions(_ field: Substring) -> (MemoryRegion.Permissions, isShared: Bool)? {
    let letters = Array(field)
    guard letters.count == 4, letters[3] == "p" || letters[3] == "s" else { return nil }
    var permissions: MemoryRegion.Permissions = []
    let flags: [(Character, MemoryRegion.Permissions)] = [("r", .read), ("w", .write), ("x", .execute)]
    for (letter, (expected, permission)) in zip(letters, flags) {
      guard letter == expected || letter == "-" else { return nil }
      if letter == expected { permissions.insert(permission) }
    }
    return (permissions, letters[3] == "s")
  }
}

/// The mappings of a process, from the text of `/proc/PID/maps`.
struct ProcessMaps: Equatable, Sendable {
  /// The mappings in the order of the text, which is ascending.
  let mappings: [ProcessMapping]
  /// The number of lines that could not be parsed.
  let unknownLineCount: Int

  init(parsing text: String) {
    let lines = text.split(separator: "\n")
    mappings = lines.compactMap { ProcessMapping(line: $0) }
    unknownLineCount = lines.count - mappings.count
  }
}

import CElf
import MemoryImage
import NativeProcess

extension CoreFile {
  /// Returns the region of a program header, as far as its bytes are in the file; nil if none are.
  func region(of segment: ProgramHeader, file names: MappedFileTable) throws -> MemoryRegion? {
    guard segment.isLoad else { return nil }
    let fields = segment.fields
    let (_, wraps) = fields.p_vaddr.addingReportingOverflow(max(fields.p_filesz, fields.p_memsz))
    guard !wraps else {
      throw SnapshotError.malformed(
        path: path, place: segment.place,
        problem: "\(max(fields.p_filesz, fields.p_memsz).hexadecimal) bytes from address \(Address(fields.p_vaddr)) on "
          + "run past the end of the address space")
    }
    let start = Address(fields.p_vaddr)
    guard let offset = Int(exactly: fields.p_offset), offset < bytes.count,
      let range = AddressRange(start: start, count: Int(min(fields.p_filesz, UInt64(bytes.count - offset))))
    else { return nil }
    return MemoryRegion(
      range: range, owner: bytes, offset: offset, permissions: Self.permissions(fields.p_flags),
      file: names.path(containing: start))
  }

  /// Returns the error that says how much of the file's end is missing, or nil if the bytes of all headers are there.
  func truncation(of segments: [ProgramHeader]) throws -> SnapshotError? {
    var first: ProgramHeader?
    var last: UInt64 = 0
    for segment in segments where segment.fields.p_filesz > 0 {
      let (end, overflow) = segment.fields.p_offset.addingReportingOverflow(segment.fields.p_filesz)
      guard !overflow else {
        throw SnapshotError.malformed(
          path: path, place: segment.place,
          problem: "offset \(segment.fields.p_offset.hexadecimal) and file size "
            + "\(segment.fields.p_filesz.hexadecimal) exceed 64 bits")
      }
      if end > UInt64(bytes.count), first == nil { first = segment }
      last = max(last, end)
    }
    guard let first else { return nil }
    let end = first.fields.p_offset + first.fields.p_filesz
    return .truncated(
      path: path, place: "\(first.place), with bytes up to offset \(end.hexadecimal),", offset: bytes.count,
      missing: last - UInt64(bytes.count))
  }

  /// Returns the ranges for which the headers promise bytes, in ascending order and disjoint.
  func promisedRanges(of segments: [ProgramHeader]) -> [AddressRange] {
    segments.filter(\.isLoad).compactMap { segment in
      Int(exactly: segment.fields.p_filesz).flatMap { AddressRange(start: Address(segment.fields.p_vaddr), count: $0) }
    }.merged()
  }

  /// Returns the warning about data that were restored from files, or nil if none were.
  func restoredFilesWarning(_ files: [MappedFileFacts]) -> String? {
    let restored = files.filter { $0.restoredByteCount > 0 }
    guard let largest = restored.max(by: { $0.restoredByteCount < $1.restoredByteCount }) else { return nil }
    let byteCount = restored.reduce(0) { $0 &+ $1.restoredByteCount }
    return "\(path.onOneLine): the data of \(restored.count) mapped files (\(byteCount) bytes) are lost, most of them "
      + "of \(largest.path.onOneLine): used as the files have them, so that static types are known, but not what "
      + "changed since the program began"
  }

  /// Returns the warning about memory that the process had but neither the core nor a file has, or nil if there is none.
  ///
  /// The part of a core's `p_memsz` beyond its `p_filesz` is not zero, as it is in a program: the kernel left it out,
  /// usually because the bytes are in a file and were never written to (`core(5)`, "Controlling which mappings are
  /// written").
  func absenceWarning(of segments: [ProgramHeader], notes: CoreNotes, file names: MappedFileTable) -> String? {
    // Files have warnings of their own, and memory that the process itself could not read is no loss.
    let outside = segments.filter { $0.isLoad && names.path(containing: Self.absentStart($0)) == nil }
    let absent = outside.filter { segment in
      segment.fields.p_memsz > segment.fields.p_filesz && segment.fields.p_flags & UInt32(PF_R) != 0
        && !Self.isOfKernel(segment, notes.process)
    }
    guard let first = absent.first else { return nil }
    // One segment's size is below 2^64, but hostile headers can add up to more.
    let byteCount = absent.reduce(UInt64(0)) { sum, segment in
      let (total, overflow) = sum.addingReportingOverflow(segment.fields.p_memsz - segment.fields.p_filesz)
      return overflow ? .max : total
    }
    // One bit of the filter is for all private memory without a file. If some is there, the kernel leaves out what was never
    // written to (`vma_dump_size`, fs/coredump.c), whatever the filter says.
    let isTaken = outside.contains { $0.fields.p_filesz > 0 && $0.fields.p_flags & UInt32(PF_W) != 0 }
    let reason =
      isTaken && !notes.files.isEmpty
      ? "never written to, so that they were zero, or kept out by MADV_DONTDUMP, and no coredump_filter would add them"
      : "try a larger /proc/PID/coredump_filter"
    return "\(path.onOneLine): \(absent.count) regions (\(byteCount) bytes) that are in no file are not in the core "
      + "either, first \(Self.absentStart(first)): \(reason)"
  }

  /// Returns whether a segment is one of the pages that the kernel puts into every process around the vDSO
  /// (`AT_SYSINFO_EHDR`), which hold the machine's clock and code for it.
  private static func isOfKernel(_ segment: ProgramHeader, _ process: ProcessFacts) -> Bool {
    let reach: UInt64 = 64 << 10
    guard segment.fields.p_flags & UInt32(PF_W) == 0, segment.fields.p_memsz <= reach,
      let start = process.auxiliaryVector.first(where: { $0.type == UInt64(AT_SYSINFO_EHDR) })?.value
    else { return false }
    let address = segment.fields.p_vaddr
    return (address > start ? address - start : start - address) <= reach
  }

  private static func absentStart(_ segment: ProgramHeader) -> Address {
    Address(segment.fields.p_vaddr &+ segment.fields.p_filesz)
  }

  /// Returns the warning about mapped files whose pages neither the core nor this machine has, or nil if there are none.
  func missingFilesWarning(_ files: [MappedFileFacts]) -> String? {
    let missing = files.filter { $0.missingByteCount > 0 }
    let wanted = missing.filter { $0.isProgram || $0.path.contains(".so") || $0.path.contains("python") }
    guard !wanted.isEmpty else { return nil }
    let byteCount = missing.reduce(0) { $0 &+ $1.missingByteCount }
    // The files that hold the static types come first.
    let order = wanted.filter(\.isLikelyInterpreter) + wanted.filter { !$0.isLikelyInterpreter }
    let names = order.prefix(3).map { file in
      file.path.onOneLine + (file.buildID.map { " (build-id \($0))" } ?? "")
    }
    let rest = wanted.count > names.count ? " and \(wanted.count - names.count) more that info names" : ""
    return "\(path.onOneLine): \(byteCount) bytes of \(missing.count) mapped files are neither in the core nor in a "
      + "file on this machine that is surely the same, without which names of static types may be lost: try --sysroot "
      + "or --file with "
      + names.joined(separator: ", ") + rest
  }

  static func permissions(_ flags: UInt32) -> MemoryRegion.Permissions {
    var permissions: MemoryRegion.Permissions = []
    if flags & UInt32(PF_R) != 0 { permissions.insert(.read) }
    if flags & UInt32(PF_W) != 0 { permissions.insert(.write) }
    if flags & UInt32(PF_X) != 0 { permissions.insert(.execute) }
    return permissions
  }
}

extension MappedFileFacts {
  /// Whether the name is that of an interpreter or its library, rather than an extension module.
  fileprivate var isLikelyInterpreter: Bool {
    path.split(separator: "/").last.map { $0.hasPrefix("python") || $0.hasPrefix("libpython") } ?? false
  }
}

/// The mapped files of a dump, for looking up the file at an address.
struct MappedFileTable: Sendable {
  private let files: [MappedFile]

  init(_ files: [MappedFile]) {
    self.files = files.sorted { $0.range.start < $1.range.start }
  }

  /// Returns the path of the file that was mapped at `address`, or nil. If files overlap, the one that begins last counts.
  func path(containing address: Address) -> String? {
    let next = files.firstIndex(sortedPast: { $0.range.start > address })
    guard next > 0, files[next - 1].range.contains(address) else { return nil }
    return files[next - 1].path
  }

  /// Returns the parts of a range, each of which belongs to one file or to none.
  func parts(of range: AddressRange) -> [AddressRange] {
    let first = max(0, files.firstIndex(sortedPast: { $0.range.start > range.start }) - 1)
    let last = files.firstIndex(sortedPast: { $0.range.start >= range.end })
    let near = files[first..<max(first, last)].flatMap { [$0.range.start, $0.range.end] }
    let cuts = [range.start] + near.filter { $0 > range.start && $0 < range.end }.sorted() + [range.end]
    return zip(cuts, cuts.dropFirst()).compactMap { AddressRange(start: $0, end: $1) }
  }
}

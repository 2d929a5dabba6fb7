import CElf
import MemoryImage
import NativeProcess

/// The layout of a core's file, in which every byte belongs to one header.
///
/// The kernel (`elf_core_dump`, fs/binfmt_elf.c), gdb and this program write one segment after the other, with gaps no
/// larger than the alignment of the next to a page. So bytes that no header covers, or that two headers cover, are a sign of
/// a damaged header or of inserted bytes.
extension CoreFile {
  /// A part of the file that has a purpose.
  private struct Part {
    let range: Range<UInt64>
    /// The required alignment of its start.
    var alignment: UInt64 = 1
    /// The segment, if it is one. Sections cover the same bytes as segments.
    var segment: ProgramHeader?
  }

  /// The size in bytes below which a gap only aligns what follows it.
  private static let smallGap: UInt64 = 4096
  /// The largest page size of any machine.
  private static let largestPage: UInt64 = 64 << 10

  /// Returns the contradictions in the positions of the segments' bytes, one line each.
  func layoutWarnings(of segments: [ProgramHeader]) -> [String] {
    let parts = parts(of: segments).sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var gaps: [Range<UInt64>] = []
    var shared: [(ProgramHeader, ProgramHeader)] = []
    var last: Part?
    var end: UInt64 = 0
    for part in parts {
      let start = part.range.lowerBound
      if start > end, start - end >= Self.smallGap, roundedUp(end, to: part.alignment) != start { gaps.append(end..<start) }
      if let segment = part.segment {
        if let other = last?.segment, let range = last?.range, range.upperBound > start { shared.append((other, segment)) }
        if part.range.upperBound >= last?.range.upperBound ?? 0 { last = part }
      }
      end = max(end, part.range.upperBound)
    }
    if end < UInt64(bytes.count) { gaps.append(end..<UInt64(bytes.count)) }
    return [gapsWarning(gaps), sharingWarning(shared), partialWarning(segments)].compactMap { $0 }
  }
}

private extension CoreFile {
  private func parts(of segments: [ProgramHeader]) -> [Part] {
    var parts = [Part(range: 0..<UInt64(header.e_ehsize))]
    func add(_ offset: UInt64, _ size: UInt64, alignment: UInt64 = 1, _ segment: ProgramHeader? = nil) {
      let (end, overflow) = offset.addingReportingOverflow(size)
      guard size > 0, !overflow else { return }
      parts.append(Part(range: offset..<end, alignment: alignment, segment: segment))
    }
    add(header.e_phoff, UInt64(segments.count) * UInt64(header.e_phentsize))
    for segment in segments where segment.isLoad || segment.isNote || segment.isOfProcessor {
      let fields = segment.fields
      let isPage = fields.p_align.nonzeroBitCount == 1 && fields.p_align <= Self.largestPage
      add(fields.p_offset, fields.p_filesz, alignment: isPage ? fields.p_align : 1, segment)
    }
    elf.forEachSection { section in
      if section.sh_type != UInt32(SHT_NOBITS) { add(section.sh_offset, section.sh_size) }
    }
    return parts
  }

  func roundedUp(_ value: UInt64, to alignment: UInt64) -> UInt64 {
    let (sum, overflow) = value.addingReportingOverflow(alignment - 1)
    return overflow ? .max : sum & ~(alignment - 1)
  }

  func gapsWarning(_ gaps: [Range<UInt64>]) -> String? {
    guard let first = gaps.first else { return nil }
    let byteCount = gaps.reduce(UInt64(0)) { $0 + ($1.upperBound - $1.lowerBound) }
    return "\(path.onOneLine): \(byteCount) bytes of the file, first at offset \(first.lowerBound.hexadecimal), belong to no "
      + "program header: a header is damaged, or bytes were inserted, so that memory may be missing or shifted"
  }

  func sharingWarning(_ pairs: [(ProgramHeader, ProgramHeader)]) -> String? {
    guard let (one, other) = pairs.first else { return nil }
    let rest = pairs.count > 1 ? ", and \(pairs.count - 1) more pairs do too" : ""
    return "\(path.onOneLine): \(one.place) and \(other.place) name the same bytes of the file\(rest): one of them is damaged"
  }

  /// Returns the warning about segments whose sizes no dumper writes: a file size larger than the memory size, or parts of
  /// pages in a segment whose header promises whole pages.
  func partialWarning(_ segments: [ProgramHeader]) -> String? {
    let odd = segments.filter { segment in
      let (inFile, inMemory) = (segment.fields.p_filesz, segment.fields.p_memsz)
      let isOfPages = segment.fields.p_align >= Self.smallGap
      return segment.isLoad && (inFile > inMemory || inFile < inMemory && isOfPages && inFile % Self.smallGap != 0)
    }
    guard let first = odd.first else { return nil }
    let rest = odd.count > 1 ? ", and \(odd.count - 1) more headers are like it" : ""
    return "\(path.onOneLine): \(first.place) has \(first.fields.p_filesz) bytes in the file for "
      + "\(first.fields.p_memsz) in memory, expected all or whole pages\(rest): it may be damaged"
  }
}

private extension CoreFile.ProgramHeader {
  /// Whether its type is defined by a processor's ABI, such as ARM's memory tags.
  var isOfProcessor: Bool { UInt32(PT_LOPROC)...UInt32(PT_HIPROC) ~= fields.p_type }
}

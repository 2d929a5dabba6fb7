import MemoryImage

extension MemoryRegion {
  /// Returns the parts of the region that remain without the owner's missing bytes, which are in ascending order.
  func without(_ missing: [Range<Int>]) -> [MemoryRegion] {
    guard !missing.isEmpty else { return [self] }
    var parts: [MemoryRegion] = []
    var position = offset
    let end = offset + range.count
    for gap in missing[missing.firstIndex(sortedPast: { $0.upperBound > position })...] {
      guard gap.lowerBound < end else { break }
      if let part = part(position..<max(position, gap.lowerBound)) { parts.append(part) }
      position = max(position, gap.upperBound)
    }
    if position < end, let part = part(position..<end) { parts.append(part) }
    return parts
  }

  /// Returns the part of the region in a range of the owner's bytes; nil if it is empty.
  private func part(_ bytes: Range<Int>) -> MemoryRegion? {
    guard let range = AddressRange(start: range.start + (bytes.lowerBound - offset), count: bytes.count) else {
      return nil
    }
    return MemoryRegion(range: range, owner: owner, offset: bytes.lowerBound, permissions: permissions, file: file)
  }
}

import MemoryImage

/// The stream form of a dump: for each region its start and end address, little-endian 64-bit numbers, and its bytes.
///
///     ┌───────────┬─────────┬───────────────────┬───────────┬─────────┬──────…
///     │ start u64 │ end u64 │ end − start bytes │ start u64 │ end u64 │
///     └───────────┴─────────┴───────────────────┴───────────┴─────────┴──────…
struct RegionStream {
  private let bytes: MappedBytes
  private let path: String
  private let missing: [Range<Int>]
  private let headerOffsets: [Int]

  private static let headerSize = 16

  /// The stream in `bytes`; `path` is for messages.
  ///
  /// - Parameters:
  ///   - missing: parts of the bytes that are not what they were, in ascending order.
  ///   - headerOffsets: where headers are known to be, in ascending order: after a missing one, reading goes on there.
  init(bytes: MappedBytes, path: String, missing: [Range<Int>] = [], headerOffsets: [Int] = []) {
    self.bytes = bytes
    self.path = path
    self.missing = missing
    self.headerOffsets = headerOffsets
  }

  /// Whether `bytes` begin with a header that could be one. The format has no magic number: a header is believed if it
  /// has the addresses of pages, or if the file has all the bytes that it promises.
  ///
  /// - Parameter isPrefix: whether more bytes follow, nobody knows how many.
  static func isStream(_ bytes: MappedBytes, isPrefix: Bool = false) -> Bool {
    guard let start = bytes.load(UInt64.self, at: 0), let end = bytes.load(UInt64.self, at: 8),
      let range = range(start: UInt64(littleEndian: start), end: UInt64(littleEndian: end))
    else { return false }
    let isOfPages = (range.start.rawValue | range.end.rawValue) % 4096 == 0
    return isOfPages || isPrefix || range.count <= bytes.count - headerSize
  }

  /// All regions of the stream.
  ///
  /// - Throws: `SnapshotError` if a header makes no sense, or the last region is cut and must not be.
  func contents(allowTruncated: Bool) throws -> SnapshotContents {
    var contents = SnapshotContents()
    var offset = 0
    while offset < bytes.count {
      let place = "region \(contents.regions.count + 1) at offset \(offset.hexadecimal)"
      guard isWhole(offset) else {
        let next = nextHeader(behind: offset)
        contents.warnings.append(
          "\(path.onOneLine): \(place): its header is missing, \((next ?? bytes.count) - offset) bytes are left out")
        offset = next ?? bytes.count
        continue
      }
      guard let start = bytes.load(UInt64.self, at: offset), let end = bytes.load(UInt64.self, at: offset + 8) else {
        let missing = UInt64(Self.headerSize - (bytes.count - offset))
        try contents.report(truncation(of: "\(place), its header,", missing: missing), allowed: allowTruncated)
        break
      }
      let range = try range(start: UInt64(littleEndian: start), end: UInt64(littleEndian: end), place: place)
      offset += Self.headerSize
      let available = min(range.count, bytes.count - offset)
      if available < range.count {
        let missing = UInt64(range.count - available)
        try contents.report(truncation(of: "\(place), \(range),", missing: missing), allowed: allowTruncated)
      }
      if let present = AddressRange(start: range.start, count: available),
        let region = MemoryRegion(range: present, owner: bytes, offset: offset)
      {
        contents.regions.append(region)
      }
      offset += available
    }
    guard !contents.regions.isEmpty else { throw truncation(of: "region 1 at offset 0x0", missing: 1) }
    return contents
  }

  private func isWhole(_ offset: Int) -> Bool {
    let next = missing.firstIndex(sortedPast: { $0.upperBound > offset })
    return next == missing.endIndex || missing[next].lowerBound >= offset + Self.headerSize
  }

  private func nextHeader(behind offset: Int) -> Int? {
    let next = headerOffsets.firstIndex(sortedPast: { $0 > offset })
    return next < headerOffsets.endIndex ? headerOffsets[next] : nil
  }
}

private extension RegionStream {
  /// The range of a header, or nil if no process could have such a mapping: the address bits from 57 on must all be
  /// equal on every 64-bit machine, which tells a header from text and most other files.
  static func range(start: UInt64, end: UInt64) -> AddressRange? {
    let lowerHalfEnd: UInt64 = 1 << 57
    let upperHalfStart = UInt64.max << 56
    guard end <= lowerHalfEnd || start >= upperHalfStart else { return nil }
    return AddressRange(start: Address(start), end: Address(end))
  }

  func range(start: UInt64, end: UInt64, place: String) throws -> AddressRange {
    if let range = Self.range(start: start, end: end) { return range }
    throw SnapshotError.malformed(
      path: path, place: place,
      problem: "expected a start and a higher end address, found \(Address(start)) and \(Address(end))")
  }

  func truncation(of place: String, missing: UInt64) -> SnapshotError {
    .truncated(path: path, place: place, offset: bytes.count, missing: missing)
  }
}

extension SnapshotContents {
  /// Throws the error, or notes it as a warning if the user said that what is there will do.
  mutating func report(_ truncation: SnapshotError, allowed: Bool) throws {
    guard allowed else { throw truncation }
    warnings.append(truncation.asWarning)
  }
}

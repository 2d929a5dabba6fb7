import MemoryImage

/// The stream form of a dump: for each region its start and end address, little-endian 64-bit numbers, and its bytes.
///
///     ┌───────────┬─────────┬───────────────────┬───────────┬─────────┬──────…
///     │ start u64 │ end u64 │ end − start bytes │ start u64 │ end u64 │
///     └───────────┴─────────┴───────────────────┴───────────┴─────────┴──────…
///
/// The first region of a stream that we wrote is its manifest, which lists the regions that follow: see `DumpManifest`. If
/// another dump follows, it is of another process, and is left out.
struct RegionStream {
  private let bytes: MappedBytes
  private let path: String
  private let missing: [Range<Int>]
  private let headerOffsets: [Int]

  private static let headerSize = 16

  /// Creates a reader of the stream in `bytes`; `path` is for messages.
  ///
  /// - Parameters:
  ///   - missing: damaged parts of the bytes, in ascending order.
  ///   - headerOffsets: the known offsets of headers, in ascending order; reading resumes there after a missing one.
  init(bytes: MappedBytes, path: String, missing: [Range<Int>] = [], headerOffsets: [Int] = []) {
    self.bytes = bytes
    self.path = path
    self.missing = missing
    self.headerOffsets = headerOffsets
  }

  /// Returns whether `bytes` begin with a plausible header. The format has no magic number: a header is believed if it has
  /// the addresses of pages, or if the file has all the bytes that it promises.
  ///
  /// - Parameter isPrefix: whether an unknown number of bytes follows.
  static func isStream(_ bytes: MappedBytes, isPrefix: Bool = false) -> Bool {
    guard let start = bytes.load(UInt64.self, at: 0), let end = bytes.load(UInt64.self, at: 8),
      let range = range(start: UInt64(littleEndian: start), end: UInt64(littleEndian: end))
    else { return false }
    let isOfPages = (range.start.rawValue | range.end.rawValue) % 4096 == 0
    return isOfPages || isPrefix || range.count <= bytes.count - headerSize
  }

  /// Reads all regions of the stream.
  ///
  /// - Throws: `SnapshotError` if a header is invalid, or if the stream is cut and `allowTruncated` is false.
  func contents(allowTruncated: Bool) throws -> SnapshotContents {
    var reading = Reading(allowTruncated: allowTruncated)
    while reading.offset < bytes.count, try readRegion(&reading) {}
    if let check = reading.check { try take(check, &reading) }
    guard !reading.contents.regions.isEmpty else { throw truncation(of: "region 1 at offset 0x0", missing: 1) }
    return reading.contents
  }

  /// The progress of reading a stream.
  private struct Reading {
    let allowTruncated: Bool
    var contents = SnapshotContents()
    /// The comparison with the regions that should follow, if the stream lists them.
    var check: ManifestCheck?
    /// The number of regions so far, and the offset of the next.
    var count = 0
    var offset = 0
  }

  /// Reads the next region. Returns whether another may follow.
  private func readRegion(_ reading: inout Reading) throws -> Bool {
    reading.count += 1
    let start = reading.offset
    let place = "region \(reading.count) at offset \(start.hexadecimal)"
    guard isWhole(start) else {
      reading.offset = nextHeader(behind: start) ?? bytes.count
      reading.contents.warnings.append(
        "\(path.onOneLine): \(place): its header is missing, \(reading.offset - start) bytes are left out")
      return true
    }
    guard let first = bytes.load(UInt64.self, at: start), let end = bytes.load(UInt64.self, at: start + 8) else {
      let missing = UInt64(Self.headerSize - (bytes.count - start))
      let cut = truncation(of: "\(place), its header,", missing: missing)
      try reading.contents.report(cut, allowed: reading.allowTruncated)
      return false
    }
    let range = try range(start: UInt64(littleEndian: first), end: UInt64(littleEndian: end), place: place)
    let position = start + Self.headerSize
    let available = min(range.count, bytes.count - position)
    if available < range.count {
      let cut = truncation(of: "\(place), \(range),", missing: UInt64(range.count - available))
      try reading.contents.report(cut, allowed: reading.allowTruncated)
    }
    reading.offset = position + available
    if range.start == DumpManifest.streamAddress, let manifest = manifest(in: position..<reading.offset) {
      return begin(manifest, at: place, &reading)
    }
    add(range, at: position..<reading.offset, place: place, &reading)
    return true
  }

  /// Begins a dump with its manifest. Returns whether it is the first manifest, and thus counts.
  private func begin(_ manifest: DumpManifest, at place: String, _ reading: inout Reading) -> Bool {
    guard reading.check == nil, reading.contents.regions.isEmpty else {
      reading.contents.warnings.append(
        "\(path.onOneLine): \(place): another dump begins, of \(manifest.processName), and is left out")
      return false
    }
    reading.check = ManifestCheck(manifest)
    return true
  }

  private func add(_ range: AddressRange, at body: Range<Int>, place: String, _ reading: inout Reading) {
    guard reading.check?.accepts(range, at: place) ?? true else { return }
    reading.contents.promised.append(range)
    guard let present = AddressRange(start: range.start, count: body.count),
      let region = MemoryRegion(range: present, owner: bytes, offset: body.lowerBound)
    else { return }
    reading.contents.regions.append(region)
  }

  /// Reads the manifest in a part of the bytes; nil if there is none, or if it is damaged.
  private func manifest(in body: Range<Int>) -> DumpManifest? {
    let next = missing.firstIndex(sortedPast: { $0.upperBound > body.lowerBound })
    guard next == missing.endIndex || missing[next].lowerBound >= body.upperBound,
      body.count <= DumpManifest.sizeLimit, let text = bytes.bytes(at: body.lowerBound, count: body.count)
    else { return nil }
    return DumpManifest(text)
  }

  /// Applies the manifest, once all regions have been read.
  private func take(_ check: ManifestCheck, _ reading: inout Reading) throws {
    reading.contents.promised += check.manifest.regions.map(\.range)
    reading.contents.promisedNames = check.manifest.names
    reading.contents.isListed = check.manifest.isWhole
    reading.contents.process.id = check.manifest.processID
    // The stream is cut between two regions. A cut in a region, or a broken block, has been reported.
    if check.lacksEnd, reading.contents.warnings.isEmpty, !reading.allowTruncated {
      let (missing, all) = (check.missing, check.manifest.regions.count)
      throw truncation(
        of: "the dump of \(check.manifest.processName), with \(all - missing.count) of its \(all) regions,",
        missing: ManifestCheck.byteCount(of: missing))
    }
    reading.contents.warnings.insert(contentsOf: check.warnings(path: path), at: 0)
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
  /// Returns the range of a header, or nil if no process could have such a mapping. On every 64-bit machine the address bits
  /// from 57 up must all be equal, which distinguishes a header from text and most other files.
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
  /// Throws the error, or records it as a warning if the user allowed truncated dumps.
  mutating func report(_ truncation: SnapshotError, allowed: Bool) throws {
    guard allowed else { throw truncation }
    warnings.append(truncation.asWarning)
  }
}

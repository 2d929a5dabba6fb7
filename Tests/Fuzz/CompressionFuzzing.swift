import MemoryImage

@testable import SnapshotFormats

/// The decompression of dumps.
enum CompressionFuzzing {
  /// A file in one of the formats: its first bytes are fixed, all others are the input's.
  static func compressed(_ bytes: [UInt8]) {
    let magics: [[UInt8]] = [
      [0x1F, 0x8B, 8], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58], [0x04, 0x22, 0x4D, 0x18],
      [0x50, 0x2A, 0x4D, 0x18],
    ]
    guard let first = bytes.first else { return }
    inflate(magics[Int(first) % magics.count] + bytes.dropFirst())
  }

  /// A file that was written in blocks, with an index after them, and changed.
  static func blocks(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let file = input.choice(of: files)
    inflate(input.edited(file))
  }

  private static func inflate(_ bytes: [UInt8]) {
    var options = SnapshotOptions()
    options.threadCount = 1
    // No more than the other limits allow, and nothing in files.
    options.memoryLimit = 256 << 20
    options.temporaryDirectory = "/dev/null"
    let place = SpillingPlace(path: "compressed", options: options)
    let mapped = MappedBytes(copying: bytes)
    guard var file = CompressedFile(bytes: mapped, path: "compressed", place: place, options: options) else { return }
    // Compressed data is inflated whether it is a dump or not.
    file.limit = .max
    claim(file.format.prefix(100, of: mapped).count <= 100, "more than was asked for")
    guard let inflated = try? file.inflated() else { return }
    let missing = inflated.missing
    claim(missing.allSatisfy { $0.upperBound <= inflated.bytes.count }, "missing bytes beyond the end")
    claim(zip(missing, missing.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }, "missing bytes out of order")
    claim(inflated.headerOffsets.allSatisfy { $0 + BlockWriter.headerSize <= inflated.bytes.count }, "a header beyond the end")
    claim(inflated.warnings.allSatisfy { !$0.contains("\n") }, "a warning of two lines")
    if let index = BlockIndex(of: mapped, format: file.format) {
      claim(index.blocks.allSatisfy { $0.source.upperBound <= bytes.count }, "a block beyond the file's end")
      onDemand(mapped, options, place, inflated)
    }
  }

  /// The same file, inflated as it is read: zero where the other has nothing.
  private static func onDemand(
    _ bytes: MappedBytes, _ options: SnapshotOptions, _ place: SpillingPlace, _ whole: CompressedFile.Contents
  ) {
    var options = options
    options.onDemand = true
    options.leastOnDemand = 0
    let file = CompressedFile(bytes: bytes, path: "compressed", place: place, options: options)
    guard whole.bytes.count < 1 << 20, let found = try? file?.inflated() else { return }
    claim(found.bytes.count == whole.bytes.count, "another number of bytes on demand")
    for position in (0..<whole.bytes.count).reversed() {
      claim(found.bytes.load(UInt8.self, at: position) == whole.bytes.load(UInt8.self, at: position), "another byte on demand")
    }
    let broken = (found.demanded?.warnings ?? found.warnings).count
    claim(broken == whole.warnings.count, "\(broken) broken blocks on demand, \(whole.warnings.count) at once")
  }

  /// A stream of two regions in blocks of each kind that we write.
  private static let files: [[UInt8]] = [CompressionFormat.gzip, .zstd].map { format in
    let stream: [UInt8] =
      UInt64(0x1000).littleEndianBytes + UInt64(0x1400).littleEndianBytes + (0..<0x400).map { UInt8($0 & 0xFF) }
      + UInt64(0x2000).littleEndianBytes + UInt64(0x2100).littleEndianBytes + [UInt8](repeating: 7, count: 0x100)
    var file: [UInt8] = []
    let writer = BlockWriter(format: format, threadCount: 1)
    unsafe stream.withUnsafeBytes { bytes in
      try? unsafe writer.write(bytes, headers: [0, 0x410], to: { unsafe file += $0 })
    }
    return file
  }
}

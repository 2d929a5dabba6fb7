import Glibc
import MemoryImage
@testable import SnapshotFormats
import TestSupport
import Testing

@Suite("Blocks that are inflated when they are read")
struct DemandedBlocksTests {
  /// A stream of three regions, of which the second has many blocks, one of them nothing but zeros.
  private static let stream: (bytes: [UInt8], headers: [Int]) = {
    var (bytes, headers): ([UInt8], [Int]) = ([], [])
    for (start, count) in [(0x1000, 0x1000), (0x10_0000, 8 * BlockWriter.blockSize), (0x100_0000, 0x2000)] {
      headers.append(bytes.count)
      bytes += UInt64(start).littleEndianBytes + UInt64(start + count).littleEndianBytes
      let zeros = 3 * BlockWriter.blockSize..<5 * BlockWriter.blockSize
      bytes += (0..<count).map { zeros.contains($0) ? 0 : UInt8(truncatingIfNeeded: ($0 &* $0) >> 5 &+ start) }
    }
    return (bytes, headers)
  }()

  private static func file(_ format: CompressionFormat) throws -> [UInt8] {
    var file: [UInt8] = []
    unsafe try stream.bytes.withUnsafeBytes { buffer in
      unsafe try BlockWriter(format: format, threadCount: 2).write(
        buffer, headers: stream.headers, to: { unsafe file += $0 })
    }
    return file
  }

  private func contents(
    _ file: [UInt8], threadCount: Int = 2, memoryLimit: Int? = nil
  ) throws -> CompressedFile.Contents {
    var options = SnapshotOptions()
    options.onDemand = true
    options.leastOnDemand = 0
    options.threadCount = threadCount
    options.memoryLimit = memoryLimit
    let place = SpillingPlace(path: "dump", options: options)
    let bytes = MappedBytes(copying: file)
    return try #require(CompressedFile(bytes: bytes, path: "dump", place: place, options: options)).inflated()
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `only what is read is inflated`(format: CompressionFormat) throws {
    let (contents, bytes) = (try contents(Self.file(format)), Self.stream.bytes)
    let blocks = try #require(contents.demanded)
    // The header blocks, three of them.
    #expect(blocks.madeCount == 3)

    let place = 6 * BlockWriter.blockSize
    #expect(contents.bytes.load(UInt8.self, at: place) == bytes[place])

    #expect(blocks.madeCount == 4)
    #expect(contents.headerOffsets == Self.stream.headers)
    #expect(contents.bytes.count == bytes.count)
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd], [nil, 1 << 20])
  func `all threads read what was there, whoever comes first`(format: CompressionFormat, memoryLimit: Int?) throws {
    let bytes = Self.stream.bytes
    for seed in 1...4 {
      let contents = try contents(Self.file(format), memoryLimit: memoryLimit)
      let blocks = try #require(contents.demanded)
      // Some threads read here and there, while one has all blocks inflated.
      let wrong = concurrentMap(count: 9, threadCount: 8) { number in
        if number == 4, seed % 2 == 0 { blocks.makeAll(threadCount: 2) }
        var (place, wrong) = ((number * seed * 611_953) % bytes.count, 0)
        for _ in 0..<3000 {
          if contents.bytes.load(UInt8.self, at: place) != bytes[place] { wrong += 1 }
          place = (place + 1_048_573) % bytes.count
        }
        return wrong
      }
      #expect(wrong.allSatisfy { $0 == 0 }, "\(wrong)")
    }
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `what is inflated at once is all there`(format: CompressionFormat) throws {
    let file = try Self.file(format)
    let contents = try contents(file)
    let blocks = try #require(contents.demanded)
    blocks.makeAll(threadCount: 8)

    #expect(blocks.madeCount == BlockIndex(of: MappedBytes(copying: file), format: format)?.blocks.count)
    unsafe #expect(contents.bytes.buffer.elementsEqual(Self.stream.bytes))
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `a broken block is zero, and named once it was read`(format: CompressionFormat) throws {
    var file = try Self.file(format)
    let index = try #require(BlockIndex(of: MappedBytes(copying: file), format: format))
    let number = 5
    let block = index.blocks[number]
    #expect(block.target.count == BlockWriter.blockSize)
    for position in block.source.lowerBound + 40..<block.source.lowerBound + 60 { file[position] ^= 0xFF }
    let contents = try contents(file)
    let blocks = try #require(contents.demanded)
    #expect(blocks.warnings.isEmpty)

    #expect(contents.bytes.load(UInt64.self, at: block.target.lowerBound + 5000) == 0)

    #expect(blocks.warnings.count == 1)
    #expect(blocks.warnings[0].contains("block \(number + 1) of \(index.blocks.count) at offset"))
    let next = block.target.upperBound + 100
    #expect(contents.bytes.load(UInt8.self, at: next) == Self.stream.bytes[next])
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `where a header is broken all is inflated at once`(format: CompressionFormat) throws {
    var file = try Self.file(format)
    let index = try #require(BlockIndex(of: MappedBytes(copying: file), format: format))
    let block = try #require(index.blocks.last { $0.target.count == BlockWriter.headerSize })
    for position in block.source.dropFirst(10) { file[position] ^= 0xFF }

    let contents = try contents(file)

    #expect(contents.demanded == nil)
    #expect(contents.missing == [block.target])
    #expect(contents.warnings.count == 1)
  }

  @Test func `a snapshot says later what is broken, and can be inflated as a whole`() throws {
    let directory = try TemporaryDirectory()
    var file = try Self.file(.zstd)
    let index = try #require(BlockIndex(of: MappedBytes(copying: file), format: .zstd))
    for position in index.blocks[4].source.dropFirst(30).prefix(20) { file[position] ^= 0xFF }
    var options = SnapshotOptions()
    options.onDemand = true
    options.leastOnDemand = 0

    let snapshot = try Snapshot.open(path: try directory.write(file, to: "dump"), options: options)

    #expect(snapshot.memory.regions.map(\.range.count) == [0x1000, 8 * BlockWriter.blockSize, 0x2000])
    #expect(snapshot.laterWarnings.isEmpty)
    snapshot.inflateAll(threadCount: 2)
    #expect(snapshot.laterWarnings.count == 1)
  }
}

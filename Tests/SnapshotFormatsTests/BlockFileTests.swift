import Foundation
import Glibc
import MemoryImage
@testable import SnapshotFormats
import NativeProcess
import TestSupport
import Testing

struct BlockFileTests {
  /// A stream of three regions, of which the second fills several blocks, and where its headers are.
  private func stream() -> (bytes: [UInt8], headers: [Int]) {
    var bytes: [UInt8] = []
    var headers: [Int] = []
    for (start, count) in [(0x1000, 0x1000), (0x10_0000, 3 * BlockWriter.blockSize), (0x90_0000, 0x2000)] {
      headers.append(bytes.count)
      bytes += UInt64(start).littleEndianBytes + UInt64(start + count).littleEndianBytes
      bytes += (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* $0) >> 5 &+ start) }
    }
    return (bytes, headers)
  }

  private func compressed(_ bytes: [UInt8], headers: [Int], format: CompressionFormat) throws -> [UInt8] {
    var file: [UInt8] = []
    unsafe try bytes.withUnsafeBytes { buffer in
      unsafe try BlockWriter(format: format, threadCount: 2).write(buffer, headers: headers, to: { unsafe file += $0 })
    }
    return file
  }

  private func index(of file: [UInt8], _ format: CompressionFormat) throws -> BlockIndex {
    try #require(BlockIndex(of: MappedBytes(copying: file), format: format))
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `what is written in blocks reads as it was`(format: CompressionFormat) throws {
    let directory = try TemporaryDirectory()
    let (bytes, headers) = stream()
    let path = try directory.write(compressed(bytes, headers: headers, format: format), to: "dump")

    let snapshot = try Snapshot.open(path: path)

    #expect(snapshot.format == .stream)
    #expect(snapshot.compression == format)
    #expect(snapshot.warnings.isEmpty)
    #expect(snapshot.memory.regions.map(\.range.count) == [0x1000, 3 * BlockWriter.blockSize, 0x2000])
    for offset in stride(from: 0, to: 3 * BlockWriter.blockSize, by: 997) {
      #expect(try snapshot.memory.load(UInt8.self, at: Address(0x10_0000) + offset) == bytes[0x1000 + 32 + offset])
    }
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `what nobody touched is neither compressed nor inflated`(format: CompressionFormat) throws {
    let directory = try TemporaryDirectory()
    let count = 200 << 20
    let hole = 16 + (1 << 20)..<(16 + count - 4096)
    var bytes = UInt64(0x10_0000).littleEndianBytes + UInt64(0x10_0000 + count).littleEndianBytes
    bytes += [UInt8](repeating: 0, count: count)
    for offset in [16, hole.lowerBound - 1, hole.upperBound] { bytes[offset] = 7 }
    // What the index calls a hole is not read.
    bytes[hole.lowerBound + hole.count / 2] = 9
    var file: [UInt8] = []
    unsafe try bytes.withUnsafeBytes { buffer in
      unsafe try BlockWriter(format: format, threadCount: 2).write(
        buffer, headers: [0], holes: [hole], to: { unsafe file += $0 })
    }

    let snapshot = try Snapshot.open(path: directory.write(file, to: "dump"))

    let reader = snapshot.memory.reader
    #expect(snapshot.warnings.isEmpty && snapshot.memory.byteCount == count)
    for (offset, byte) in [(16, 7), (hole.lowerBound - 1, 7), (hole.lowerBound + hole.count / 2, 0), (hole.upperBound, 7)] {
      #expect(try reader.load(UInt8.self, at: Address(0x10_0000) + offset - 16) == byte)
    }
    #expect(snapshot.memory.chunks().reduce(0) { $0 + $1.range.count } < 20 << 20)
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `other programs inflate the blocks as one file`(format: CompressionFormat) throws {
    let directory = try TemporaryDirectory()
    let (bytes, headers) = stream()
    let path = try directory.write(compressed(bytes, headers: headers, format: format), to: "dump")

    let decoder = try format.makeDecoder()
    let file = try MappedBytes(file: path)
    var found: [UInt8] = []
    var offset = 0
    while offset < file.count {
      var output = [UInt8](repeating: 0, count: 1 << 20)
      let step = unsafe try output.withUnsafeMutableBytes { buffer in
        unsafe try decoder.step(input: UnsafeRawBufferPointer(rebasing: file.buffer[offset...]), output: buffer)
      }
      found += output.prefix(step.produced)
      offset += step.consumed
      if step.isAtEnd { try decoder.reset() }
      if step.consumed == 0 && step.produced == 0 { break }
    }

    #expect(found == bytes)
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `a header begins a block of its own`(format: CompressionFormat) throws {
    let (bytes, headers) = stream()
    let blocks = try index(of: compressed(bytes, headers: headers, format: format), format).blocks

    #expect(blocks.filter { $0.target.count == BlockWriter.headerSize }.map(\.target.lowerBound) == headers)
    #expect(blocks.map(\.target.count).max() == BlockWriter.blockSize)
    #expect(blocks.first?.target.lowerBound == 0 && blocks.last?.target.upperBound == bytes.count)
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `a broken block is named, and all others are used`(format: CompressionFormat) throws {
    let directory = try TemporaryDirectory()
    let (bytes, headers) = stream()
    var file = try compressed(bytes, headers: headers, format: format)
    let blocks = try index(of: file, format).blocks
    let number = try #require(blocks.lastIndex { $0.target.count == BlockWriter.blockSize })
    file[blocks[number].source.lowerBound + blocks[number].source.count / 2] ^= 0x55
    let path = try directory.write(file, to: "dump")

    let snapshot = try Snapshot.open(path: path)

    let offset = String(blocks[number].source.lowerBound, radix: 16)
    let place = "block \(number + 1) of \(blocks.count) at offset 0x\(offset)"
    #expect(snapshot.warnings.count == 1 && snapshot.warnings.first?.contains(place) == true)
    #expect(snapshot.memory.regions.map(\.range.count) == [0x1000, 2 * BlockWriter.blockSize, 0x2000])
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `after a broken header reading goes on at the next`(format: CompressionFormat) throws {
    let directory = try TemporaryDirectory()
    let (bytes, headers) = stream()
    for (broken, left) in [(0, [3 * BlockWriter.blockSize, 0x2000]), (1, [0x1000, 0x2000])] {
      var file = try compressed(bytes, headers: headers, format: format)
      let block = try #require(try index(of: file, format).blocks.first { $0.target.lowerBound == headers[broken] })
      file[block.source.upperBound - 1] ^= 0x55
      file[block.source.lowerBound + block.source.count / 2] ^= 0x55
      let path = try directory.write(file, to: "dump")

      let snapshot = try Snapshot.open(path: path)

      #expect(snapshot.memory.regions.map(\.range.count) == left, "header \(broken)")
      #expect(snapshot.warnings.contains { $0.contains("its header is missing") }, "header \(broken)")
    }
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `an index that lies is no index`(format: CompressionFormat) throws {
    let (bytes, headers) = stream()
    let file = try compressed(bytes, headers: headers, format: format)
    let end = try index(of: file, format).blocks.last?.source.upperBound ?? 0

    for position in end..<file.count {
      var changed = file
      changed[position] ^= 0xFF
      let index = BlockIndex(of: MappedBytes(copying: changed), format: format)
      // An inflated size may be any; the blocks must be inside the file.
      #expect(index.map { $0.blocks.last?.source.upperBound == end } ?? true, "byte \(position)")
    }
    for count in [0, 1, 8, 9, 17, 33, 34, end, end + 5] {
      #expect(BlockIndex(of: MappedBytes(copying: file.prefix(count)), format: format) == nil, "\(count) bytes")
    }
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd], [true, false])
  func `a wrong table does not move what is in the blocks`(format: CompressionFormat, isSummed: Bool) throws {
    let directory = try TemporaryDirectory()
    let (bytes, headers) = stream()
    let whole = try compressed(bytes, headers: headers, format: format)
    let file = try isSummed ? whole : withoutChecksum(whole, format)
    let end = try index(of: file, format).blocks.last?.source.upperBound ?? 0
    func contents(_ file: [UInt8]) throws -> (memory: AddressSpace, warnings: [String]) {
      // A damaged table, by which nothing can be inflated there, is reported as a cut is.
      let snapshot = try Snapshot.open(path: directory.write(file, to: "dump")) { $0.allowTruncated = true }
      return (snapshot.memory, snapshot.warnings)
    }

    var announced = 0
    for position in end..<file.count {
      var changed = file
      changed[position] ^= 8
      let found = try contents(changed)
      announced += found.warnings.isEmpty ? 0 : 1
      #expect(found.memory.regions.map(\.range.count) == [0x1000, 3 * BlockWriter.blockSize, 0x2000], "byte \(position)")
      let last = try found.memory.array(of: UInt8.self, at: Address(0x90_0000), count: 0x2000)
      #expect(last.elementsEqual(bytes.suffix(0x2000)), "byte \(position)")
    }
    #expect(try contents(file).warnings.isEmpty && announced > 40)
  }

  /// The file as another program, or an earlier version of ours, would have written it.
  private func withoutChecksum(_ file: [UInt8], _ format: CompressionFormat) throws -> [UInt8] {
    let end = try index(of: file, format).blocks.last?.source.upperBound ?? 0
    if format == .zstd { return Array(file[..<end] + file[(end + BlockIndex.checksumFrame.count + 4)...]) }
    let footer = BlockIndex.memberPrefix + 12 + BlockIndex.memberEnd.count
    return Array(file.dropLast(footer)) + BlockIndex.memberHeader + UInt16(12).littleEndianBytes
      + BlockIndex.footerSubfield + UInt16(8).littleEndianBytes + UInt64(end).littleEndianBytes + BlockIndex.memberEnd
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `a broken block does not make a table without a checksum wrong`(format: CompressionFormat) throws {
    let (bytes, headers) = stream()
    let file = try withoutChecksum(compressed(bytes, headers: headers, format: format), format)
    let blocks = try index(of: file, format).blocks
    for number in blocks.indices {
      for offset in [0, blocks[number].source.count / 2, blocks[number].source.count - 1] {
        var changed = file
        changed[blocks[number].source.lowerBound + offset] ^= 0x55
        let found = BlockIndex(of: MappedBytes(copying: changed), format: format)
        #expect(found?.byteCount == bytes.count, "block \(number), byte \(offset)")
      }
    }
  }

  /// The index of one block, with its sizes.
  private func indexBytes(of sizes: [UInt8], _ format: CompressionFormat) -> [UInt8] {
    func member(_ subfield: [UInt8], _ payload: [UInt8]) -> [UInt8] {
      BlockIndex.memberHeader + UInt16(payload.count + 4).littleEndianBytes + subfield
        + UInt16(payload.count).littleEndianBytes + payload + BlockIndex.memberEnd
    }
    if format == .gzip {
      return member(BlockIndex.tableSubfield, sizes) + member(BlockIndex.footerSubfield, UInt64(100).littleEndianBytes)
    }
    return BlockIndex.seekTableMagic.littleEndianBytes + UInt32(sizes.count + 9).littleEndianBytes + sizes
      + UInt32(1).littleEndianBytes + [0] + BlockIndex.seekTableFooter.littleEndianBytes
  }

  @Test(arguments: [(CompressionFormat.gzip, 1032), (.zstd, 32768)])
  func `an index with a block of more than its bytes can become is no index`(format: CompressionFormat, most: Int) throws {
    func file(inflated: Int) -> MappedBytes {
      let sizes = UInt32(100).littleEndianBytes + UInt32(inflated).littleEndianBytes
      return MappedBytes(copying: [UInt8](repeating: 0, count: 100) + indexBytes(of: sizes, format))
    }

    #expect(BlockIndex(of: file(inflated: 100 * most), format: format)?.byteCount == 100 * most)
    #expect(BlockIndex(of: file(inflated: 100 * most + 1), format: format) == nil)
    #expect(BlockIndex(of: file(inflated: Int(UInt32.max)), format: format) == nil)
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `a damaged file of blocks opens or is an error of one line`(format: CompressionFormat) throws {
    let directory = try TemporaryDirectory()
    let small = [0x1000, 0x1010, 1, 2, 0x2000, 0x2008, 3].flatMap { UInt64($0).littleEndianBytes }
    let file = try compressed(small, headers: [0, 32], format: format)
    for position in file.indices {
      for value in [0, 0xFF] as [UInt8] {
        var changed = file
        changed[position] = value
        let path = try directory.write(changed, to: "dump")
        do {
          let snapshot = try Snapshot.open(path: path) {
            $0.memoryLimit = 1 << 28
            $0.temporaryDirectory = directory.path("none")
          }
          for region in snapshot.memory.regions {
            #expect(throws: Never.self) { try snapshot.memory.load(UInt8.self, at: region.range.start) }
          }
        } catch {
          #expect(!"\(error)".contains("\n"), "byte \(position) is \(value)")
        }
      }
    }
  }

  @Test func `all blocks of nothing but zeros are small`() throws {
    let zeros = [UInt8](repeating: 0, count: 4 << 20)
    for format in [CompressionFormat.gzip, .zstd] {
      #expect(try compressed(zeros, headers: [], format: format).count < 40_000)
    }
  }

  @Test(arguments: [CompressionFormat.gzip, .zstd])
  func `blocks of zeros are not even touched, those with a single other byte are as they were`(
    format: CompressionFormat
  ) throws {
    let directory = try TemporaryDirectory()
    let start = UInt64(0x10_0000)
    let count = 24 * BlockWriter.blockSize
    var bytes = start.littleEndianBytes + (start + UInt64(count)).littleEndianBytes + [UInt8](repeating: 0, count: count)
    let last = count - BlockWriter.blockSize
    let others = [last, last - 1, last + 4711, count - 1]
    for offset in others { bytes[16 + offset] = 7 }
    let path = try directory.write(compressed(bytes, headers: [0], format: format), to: "dump")

    let snapshot = try Snapshot.open(path: path)

    let region = try #require(snapshot.memory.regions.first)
    let page = ProcessMemory.pageSize
    let resident = unsafe [UInt8](unsafeUninitializedCapacity: count / page) { pages, initialized in
      // SAFETY: there is one byte for each page, beginning with the first whole page of the region.
      let base = unsafe UnsafeMutableRawPointer(mutating: region.owner.buffer.baseAddress)
      initialized = unsafe mincore(base, count, pages.baseAddress) == 0 ? count / page : 0
    }
    // Pages may be huge: nothing is expected near bytes that are not zero.
    let block = BlockWriter.blockSize / page
    #expect(resident.count == 24 * block && resident[(2 * block)..<(18 * block)].allSatisfy { $0 & 1 == 0 })
    #expect(resident.contains { $0 & 1 == 1 })
    let found = try snapshot.memory.array(of: UInt8.self, at: Address(start), count: count)
    #expect(found.enumerated().filter { $1 != 0 }.map(\.offset) == others.sorted() && others.allSatisfy { found[$0] == 7 })
  }
}

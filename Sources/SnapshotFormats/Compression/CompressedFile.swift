import Glibc
import MemoryImage

/// A compressed file, which is decompressed once. If it has an index of independent blocks, these are decompressed on all
/// cores, or each on first use. Otherwise it is decompressed from the first byte to the last.
struct CompressedFile {
  let bytes: MappedBytes
  let format: CompressionFormat
  let place: SpillingPlace
  let options: SnapshotOptions
  /// The file's path, for messages.
  let path: String
  /// The most bytes to decompress; nil for a dump, which states its own size.
  var limit: Int?

  /// The result of a decompression.
  struct Contents {
    /// The decompressed bytes; missing ones are zero.
    let bytes: MappedBytes
    /// The parts among them that could not be decompressed, in ascending order.
    var missing: [Range<Int>] = []
    /// The offsets of blocks that hold the header of a region: see `BlockWriter`.
    var headerOffsets: [Int] = []
    /// The offset in the file at which the end is missing, and the reason; nil if it is not.
    var cut: (offset: Int, problem: String)?
    /// Warnings for the user, one line each.
    var warnings: [String] = []
    /// The blocks, if each is decompressed on first use.
    var demanded: DemandedBlocks?
  }

  /// Creates the file in `bytes`; nil if it is not compressed.
  init?(bytes: MappedBytes, path: String, place: SpillingPlace, options: SnapshotOptions) {
    guard let format = CompressionFormat(of: bytes) else { return nil }
    self.bytes = bytes
    self.format = format
    self.path = path
    self.place = place
    self.options = options
  }

  /// Returns the number of decompressed bytes that the first ones announce: see `ContainerExtent`. If nothing can be
  /// decompressed, the result is nil, as the reason for that is the better message.
  ///
  /// - Throws: `SnapshotError.unknownFormat` if the bytes are not those of a dump.
  private func announcedByteCount() throws -> Int? {
    guard !format.prefix(ContainerExtent.headSize, of: bytes).isEmpty else { return nil }
    return try ContainerExtent.byteCount(path: path) { format.prefix($0, of: bytes) }
  }

  /// Returns the decompressed bytes.
  ///
  /// - Throws: `SnapshotError` if there are none, or no room for them.
  func inflated() throws -> Contents {
    switch BlockIndex.find(in: bytes, format: format) {
    case .none: return try inflatedInOrder()
    case .damaged:
      var contents = try inflatedInOrder()
      contents.warnings.append(
        "\(path.onOneLine): the table of blocks at the end is damaged: inflated from the first byte to the last")
      return contents
    case .sound(let whole):
      let index = limit.map(whole.limited) ?? whole
      let contents = try options.onDemand ? onDemand(by: index) ?? inflated(by: index) : inflated(by: index)
      return index.byteCount < whole.byteCount ? cut(contents, atLimit: index.byteCount) : contents
    }
  }

  /// Returns the contents with a warning that the compressed data continue.
  private func cut(_ contents: Contents, atLimit limit: Int) -> Contents {
    var contents = contents
    contents.warnings.append("\(path.onOneLine): expected \(limit) inflated bytes, found more, the rest is left out")
    return contents
  }
}

// MARK: - From the first byte to the last

private extension CompressedFile {
  /// The most bytes that are passed to a decoder at once: zlib's counters have 32 bits.
  static let step = 16 << 20

  func inflatedInOrder() throws -> Contents {
    let limit = try limit ?? announcedByteCount() ?? .max
    let memory = try SpillingMemory(capacity: min(capacity, limit == .max ? .max : limit + 1), place: place)
    var count = 0
    var offset = 0
    var problem: String?
    do {
      let decoder = try format.makeDecoder()
      while true {
        // One byte more than the limit shows that there are too many.
        guard count <= limit else { break }
        if memory.committed == count { try memory.commit(count + 1) }
        let output = unsafe UnsafeMutableRawBufferPointer(
          rebasing: memory.room(from: count).prefix(min(Self.step, limit == .max ? .max : limit - count + 1)))
        // SAFETY: the slice is within the file.
        let input = unsafe UnsafeRawBufferPointer(
          rebasing: bytes.buffer[offset..<min(bytes.count, offset + Self.step)])
        let step = try unsafe decoder.step(input: input, output: output)
        count += step.produced
        offset += step.consumed
        options.progress?(offset, bytes.count)
        if step.isAtEnd {
          guard continues(at: offset) else { break }
          try decoder.reset()
        } else if step.consumed == 0, step.produced == 0 {
          // There was room for output, so the decoder lacks input.
          guard offset < bytes.count else {
            problem = "the compressed data are cut"
            break
          }
          throw DecodingProblem(description: "\(format): the compressed data are corrupt")
        }
      }
    } catch let error as DecodingProblem {
      problem = error.description
    }
    guard count > 0 else {
      throw SnapshotError.malformed(
        path: path, place: "offset \(offset.hexadecimal)", problem: problem ?? "nothing is in the compressed data")
    }
    let goesOn = count > limit
    var contents = Contents(bytes: memory.finished(count: min(count, limit)))
    if goesOn {
      contents = cut(contents, atLimit: limit)
    } else if let problem {
      contents.cut = (offset, problem)
    } else if offset < bytes.count {
      contents.warnings.append(
        "\(path.onOneLine): offset \(offset.hexadecimal): \(bytes.count - offset) bytes behind the compressed data are "
          + "left out")
    }
    return contents
  }

  /// The most bytes that may result: deflate makes at most 1032 from one, LZ4 255, the others any number.
  var capacity: Int {
    let most =
      switch format {
      case .gzip: bytes.count.multipliedReportingOverflow(by: 1032)
      case .lz4: bytes.count.multipliedReportingOverflow(by: 256)
      case .zstd, .xz: (partialValue: 0, overflow: true)
      }
    return most.overflow ? Int.max / 4 : max(1 << 20, most.partialValue)
  }

  /// Returns whether another member or frame begins at `offset`.
  func continues(at offset: Int) -> Bool {
    if CompressionFormat(of: bytes, at: offset) == format { return true }
    guard format == .zstd || format == .lz4, let word = bytes.bytes(at: offset, count: 4)?.integer(UInt32.self, at: 0)
    else { return false }
    return 0x184D_2A50...0x184D_2A5F ~= word
  }
}

// MARK: - In blocks

extension CompressedFile {
  /// Returns the bytes, which are decompressed on first use. Nil if there is no room for that, or if a block is broken that
  /// describes the others: then all of them must be decompressed.
  private func onDemand(by index: BlockIndex) -> Contents? {
    guard index.byteCount >= max(1, options.leastOnDemand), index.blocks.count <= DemandedBlocks.mostBlocks,
      index.blocks.allSatisfy({ $0.target.count <= DemandedBlocks.largestBlock }),
      let blocks = try? DemandedBlocks(self, index)
    else { return nil }
    let headers = index.blocks.indices.filter { index.blocks[$0].target.count == BlockWriter.headerSize }
    for number in [0] + headers { blocks.make(number) }
    guard blocks.warnings.isEmpty else { return nil }
    var contents = Contents(bytes: blocks.bytes(count: index.byteCount))
    contents.headerOffsets = headers.map { index.blocks[$0].target.lowerBound }
    contents.demanded = blocks
    return contents
  }

  private func inflated(by index: BlockIndex) throws -> Contents {
    guard index.byteCount > 0 else {
      throw SnapshotError.malformed(path: path, place: "block index", problem: "expected bytes, found none")
    }
    let memory = try SpillingMemory(capacity: index.byteCount, place: place)
    let holes = holes(of: index)
    if holes.isEmpty {
      try memory.commit(index.byteCount)
    } else {
      try memory.commit(parts: FileHoles.between(holes, of: index.byteCount, shortest: 1))
      guard memory.committed >= index.byteCount else {
        throw SnapshotError.tooLarge(path: path, limit: memory.committed, directory: nil)
      }
    }
    // SAFETY: blocks follow one another, so that no two of them write to the same byte; the memory is given away only when
    // all have been written.
    nonisolated(unsafe) let room = unsafe memory.room(from: 0)
    let done = Progress(total: index.byteCount, report: options.progress)
    let problems = concurrentMap(count: index.blocks.count, threadCount: options.threadCount) { number in
      let block = index.blocks[number]
      if block.maybeZero, !holes.within(block.target).isEmpty { return String?.none }
      let output = unsafe UnsafeMutableRawBufferPointer(rebasing: room[block.target])
      let problem =
        block.maybeZero ? unsafe inflate(block, intoZero: output) : unsafe inflate(block, into: output)
      done.add(block.target.count)
      return problem
    }
    var contents = Contents(bytes: memory.finished(count: index.byteCount, holes: holes))
    contents.headerOffsets = index.blocks.filter { $0.target.count == BlockWriter.headerSize }.map(\.target.lowerBound)
    for (number, problem) in problems.enumerated() {
      guard let problem else { continue }
      contents.missing.append(index.blocks[number].target)
      contents.warnings.append(warning(of: number, in: index.blocks, problem))
    }
    guard contents.missing.count < index.blocks.count else {
      throw SnapshotError.malformed(
        path: path, place: "compressed blocks", problem: "all \(index.blocks.count) are broken")
    }
    return contents
  }

  /// Returns long runs of decompressed bytes that are zero: equal blocks, of which the first holds only zeros. A process may
  /// have reserved terabytes.
  private func holes(of index: BlockIndex) -> [Range<Int>] {
    var holes: [Range<Int>] = []
    var first = 0
    for number in index.blocks.indices.dropFirst() + [index.blocks.count] {
      if number < index.blocks.count, index.blocks[number].maybeZero, isEqual(index.blocks[first], index.blocks[number]) {
        continue
      }
      if number - first >= Self.fewestEqualBlocks, isZero(index.blocks[first]) {
        holes.append(index.blocks[first].target.lowerBound..<index.blocks[number - 1].target.upperBound)
      }
      first = number
    }
    return holes
  }

  /// The fewest equal blocks that are treated as a run. Fewer are decompressed.
  private static let fewestEqualBlocks = 64

  private func isEqual(_ one: BlockIndex.Block, _ other: BlockIndex.Block) -> Bool {
    // SAFETY: the index covers the file from its first byte to its own.
    guard one.source.count == other.source.count, one.target.count == other.target.count else { return false }
    return unsafe bytes.buffer[one.source].elementsEqual(bytes.buffer[other.source])
  }

  private func isZero(_ block: BlockIndex.Block) -> Bool {
    unsafe withUnsafeTemporaryAllocation(byteCount: block.target.count, alignment: 16) { buffer in
      guard unsafe inflate(block, into: buffer) == nil else { return false }
      return unsafe buffer.allSatisfy { $0 == 0 }
    }
  }

  /// Decompresses a block into memory that is zero. A block of zeros does not touch that memory, and so takes no room: most
  /// of the threads' stacks are such blocks.
  private func inflate(_ block: BlockIndex.Block, intoZero output: UnsafeMutableRawBufferPointer) -> String? {
    unsafe withUnsafeTemporaryAllocation(byteCount: block.target.count, alignment: 16) { buffer in
      if let problem = unsafe inflate(block, into: buffer) { return problem }
      guard let start = buffer.baseAddress, let first = unsafe buffer.first else { return nil }
      // SAFETY: each byte is compared with the next, all of them inside of the buffer.
      let isZero = unsafe first == 0 && memcmp(start, start + 1, buffer.count - 1) == 0
      if !isZero { unsafe output.copyMemory(from: UnsafeRawBufferPointer(buffer)) }
      return nil
    }
  }

  /// Returns the warning for a broken block.
  func warning(of number: Int, in blocks: [BlockIndex.Block], _ problem: String) -> String {
    "\(path.onOneLine): block \(number + 1) of \(blocks.count) at offset "
      + "\(blocks[number].source.lowerBound.hexadecimal) is broken (\(problem)): "
      + "\(blocks[number].target.count) bytes are missing"
  }

  /// How much of a block is written at a time, in bytes, which limits how much has to be cleared.
  private static let window = 1 << 20

  /// Decompresses a block. Returns what is wrong with it, or nil. The output of a broken block is cleared, but no more
  /// memory is touched, as the size is only what the table claims.
  func inflate(_ block: BlockIndex.Block, into output: UnsafeMutableRawBufferPointer) -> String? {
    // SAFETY: the index covers the file from its first byte to its own.
    let input = unsafe UnsafeRawBufferPointer(rebasing: bytes.buffer[block.source])
    var touched = 0
    do {
      let decoder = try format.makeDecoder()
      var consumed = 0
      var produced = 0
      while true {
        touched = min(output.count, produced + Self.window)
        let step = try unsafe decoder.step(
          input: UnsafeRawBufferPointer(rebasing: input[consumed...]),
          output: UnsafeMutableRawBufferPointer(rebasing: output[produced..<touched]))
        consumed += step.consumed
        produced += step.produced
        if step.isAtEnd { break }
        guard step.consumed > 0 || step.produced > 0 else { break }
      }
      if produced == output.count, consumed == input.count { return nil }
      throw DecodingProblem(description: "expected \(output.count) bytes, found \(produced)")
    } catch {
      unsafe UnsafeMutableRawBufferPointer(rebasing: output[..<touched]).initializeMemory(as: UInt8.self, repeating: 0)
      return "\(error)"
    }
  }
}

extension BlockIndex.Block {
  /// Whether the block may hold only zeros, judging by its size: few other bytes compress so well.
  fileprivate var maybeZero: Bool { target.count <= BlockWriter.blockSize && source.count < target.count / 100 }
}

import CLazyPages
import Glibc
import MemoryImage
import Synchronization

/// The blocks of a compressed file, each decompressed on first use: an analysis of the threads does not wait for gigabytes
/// of heap.
///
/// The decompressed bytes are in a file without a name, in memory or on disk, which is mapped without access. A read of a
/// missing block faults, and the fault handler decompresses that block and then allows the access.
@safe
final class DemandedBlocks: MappingKeeper, @unchecked Sendable {
  // SAFETY of @unchecked Sendable: `states` are atomic, and decide which thread may write what; all else is constant or guarded.
  private let file: CompressedFile
  private let blocks: [BlockIndex.Block]
  private let store: Int32
  private let isInMemory: Bool
  private let base: UnsafeMutableRawPointer
  private let size: Int
  private let states: UnsafeMutablePointer<Atomic<UInt8>>
  private var number: Int32 = -1
  private var isGivenAway = false
  private let broken = Mutex<[Int: String]>([:])

  /// The states of a block.
  private static let (missing, beingMade, made): (UInt8, UInt8, UInt8) = (0, 1, 2)
  private static let page = Int(getpagesize())

  /// The largest decompressed block, in bytes: each is decompressed into a buffer first.
  static let largestBlock = 16 << 20
  /// The most blocks. As each may be made accessible separately, more could need more mappings than a process may have
  /// (`vm.max_map_count`).
  static let mostBlocks = 24_000

  /// Creates the blocks of `file`, none of them decompressed.
  ///
  /// - Throws: `SnapshotError` if there is no room for them.
  init(_ file: CompressedFile, _ index: BlockIndex) throws {
    size = (index.byteCount + Self.page - 1) / Self.page * Self.page
    (store, isInMemory) = try file.place.makeStore(size)
    guard let base = unsafe mmap(nil, size, PROT_NONE, MAP_SHARED, store, 0), unsafe base != MAP_FAILED else {
      close(store)
      throw SnapshotError.tooLarge(path: file.path, limit: 0, directory: nil)
    }
    self.file = file
    blocks = index.blocks
    unsafe self.base = base
    unsafe states = .allocate(capacity: blocks.count)
    for number in 0..<blocks.count { unsafe (states + number).initialize(to: Atomic(Self.missing)) }
    // SAFETY: the handler is not called for these bytes after this object is gone.
    number = unsafe lazy_pages_begin(base, size, Unmanaged.passUnretained(self).toOpaque()) { context, offset in
      unsafe Unmanaged<DemandedBlocks>.fromOpaque(context).takeUnretainedValue().make(at: offset)
    }
    guard number >= 0 else { throw SnapshotError.tooLarge(path: file.path, limit: 0, directory: nil) }
  }

  deinit {
    close(store)
    // SAFETY: the mapping is this object's own until its bytes are given away.
    if !isGivenAway {
      mappingEnds()
      unsafe munmap(base, size)
      if isInMemory { file.place.returnMemory(size) }
    }
    unsafe states.deinitialize(count: blocks.count)
    unsafe states.deallocate()
  }

  /// Returns the decompressed bytes; to be called once.
  func bytes(count: Int) -> MappedBytes {
    precondition(!isGivenAway && count <= size, "more bytes than there are")
    isGivenAway = true
    return unsafe MappedBytes(adopting: UnsafeRawPointer(base), count: count, keeper: self)
  }

  func mappingEnds() {
    lazy_pages_end(number)
    number = -1
  }

  /// The warnings about the blocks that were found to be broken, whose bytes are zero; one line each.
  var warnings: [String] {
    broken.withLock { $0 }.sorted { $0.key < $1.key }.map { file.warning(of: $0.key, in: blocks, $0.value) }
  }

  /// The number of decompressed blocks.
  var madeCount: Int { blocks.indices.count { unsafe states[$0].load(ordering: .relaxed) == Self.made } }

  /// Decompresses all remaining blocks on all cores.
  func makeAll(threadCount: Int, progress: (@Sendable (Int, Int?) -> Void)? = nil) {
    let done = Progress(total: size, report: progress)
    let step = 16
    _ = concurrentMap(count: (blocks.count + step - 1) / step, threadCount: threadCount) { part in
      let numbers = part * step..<min(blocks.count, (part + 1) * step)
      unsafe withRoom(for: numbers) { room in
        for number in numbers {
          _ = unsafe make(number, in: room)
          done.add(blocks[number].target.count)
        }
      }
    }
    // Access is allowed in one call, as each call stops all threads.
    unsafe mprotect(base, size, PROT_READ)
  }

  /// Decompresses a block, or waits until another thread has done so.
  func make(_ number: Int) {
    let isMine = unsafe withRoom(for: number..<(number + 1)) { unsafe make(number, in: $0) }
    if isMine { allowAccess(to: blocks[number].target) }
  }

  /// Decompresses all blocks in this thread and makes all pages readable: one mapping in place of many. Returns 0 or an
  /// `errno` value.
  ///
  /// If the kernel allows no more mappings (`vm.max_map_count`), access to a part of one cannot be allowed separately.
  private func makeAllHere() -> Int32 {
    for number in blocks.indices { _ = unsafe withRoom(for: number..<(number + 1)) { unsafe make(number, in: $0) } }
    return unsafe mprotect(base, size, PROT_READ) == 0 ? 0 : errno
  }
}

private extension DemandedBlocks {
  /// Calls `body` with memory for the largest of some blocks.
  func withRoom<Result>(for numbers: Range<Int>, _ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
    let most = numbers.reduce(1) { max($0, blocks[$1].target.count) }
    return unsafe withUnsafeTemporaryAllocation(byteCount: most, alignment: 16) { unsafe body($0) }
  }

  /// Decompresses a block by way of `room`, or waits until another thread has done so. Returns whether this thread did it.
  func make(_ number: Int, in room: UnsafeMutableRawBufferPointer) -> Bool {
    let (isMine, state) = unsafe states[number].compareExchange(
      expected: Self.missing, desired: Self.beingMade, ordering: .acquiringAndReleasing)
    if isMine {
      unsafe fill(number, in: room)
      unsafe states[number].store(Self.made, ordering: .sequentiallyConsistent)
    } else if state == Self.beingMade {
      while unsafe states[number].load(ordering: .sequentiallyConsistent) != Self.made { usleep(50) }
    }
    return isMine
  }

  /// Makes the page that holds a byte readable. Returns 0 or an `errno` value.
  func make(at offset: Int) -> Int32 {
    let first = offset / Self.page * Self.page
    for number in numbers(overlapping: first..<(first + Self.page)) { make(number) }
    // The thread that made the last of them may not have allowed access yet.
    return unsafe mprotect(base + first, Self.page, PROT_READ) == 0 ? 0 : makeAllHere()
  }

  /// Decompresses a block and stores it at its place.
  func fill(_ number: Int, in room: UnsafeMutableRawBufferPointer) {
    let target = blocks[number].target
    let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: room.prefix(target.count))
    let problem = unsafe file.inflate(blocks[number], into: bytes) ?? put(UnsafeRawBufferPointer(bytes), at: target)
    if let problem { broken.withLock { $0[number] = problem } }
  }

  /// Writes decompressed bytes to the file. Returns what is wrong, or nil.
  func put(_ bytes: UnsafeRawBufferPointer, at target: Range<Int>) -> String? {
    guard let start = bytes.baseAddress, let byte = unsafe bytes.first else { return nil }
    // SAFETY: each byte is compared with the next, all of them inside of the buffer.
    if unsafe byte == 0 && memcmp(start, start + 1, bytes.count - 1) == 0 {
      // A page that is read in a hole of the file takes room; these pages are zero too, and take none.
      if let pages = wholePages(of: target) {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE
        // SAFETY: the pages are ours, whole ones of this block, and nothing could read them before.
        unsafe mmap(base + pages.lowerBound, pages.count, PROT_READ, flags, -1, 0)
      }
      return nil
    }
    var written = 0
    while written < bytes.count {
      let count = unsafe pwrite(store, start + written, bytes.count - written, off_t(target.lowerBound + written))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return "no room for it: " + FileProblem(path: file.path, errno: errno).description }
      written += count
    }
    return nil
  }

  /// Returns the pages that have bytes of only one block.
  func wholePages(of part: Range<Int>) -> Range<Int>? {
    let first = (part.lowerBound + Self.page - 1) / Self.page * Self.page
    let last = part.upperBound / Self.page * Self.page
    return first < last ? first..<last : nil
  }

  /// Allows reading the pages of a block, and those at its ends if their other blocks are there too.
  func allowAccess(to part: Range<Int>) {
    if let pages = wholePages(of: part) { unsafe mprotect(base + pages.lowerBound, pages.count, PROT_READ) }
    guard !part.isEmpty else { return }
    for edge in [part.lowerBound / Self.page * Self.page, (part.upperBound - 1) / Self.page * Self.page] {
      let others = numbers(overlapping: edge..<(edge + Self.page))
      let areMade = others.allSatisfy { unsafe states[$0].load(ordering: .sequentiallyConsistent) == Self.made }
      if areMade { unsafe mprotect(base + edge, Self.page, PROT_READ) }
    }
  }

  /// Returns the numbers of the blocks that overlap a range of bytes.
  func numbers(overlapping part: Range<Int>) -> Range<Int> {
    let first = blocks.firstIndex(sortedPast: { $0.target.upperBound > part.lowerBound })
    let end = blocks.firstIndex(sortedPast: { $0.target.lowerBound >= part.upperBound })
    return first..<max(first, end)
  }
}

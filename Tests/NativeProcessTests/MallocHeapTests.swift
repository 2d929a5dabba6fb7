import MemoryImage
import NativeProcess
import TestSupport
import Testing

final class MallocHeapTests {
  /// The memory in which heaps were found, which is needed as long as they are read.
  private var memories: [AddressSpace] = []

  /// A heap as glibc lays it out, chunk by chunk.
  private struct Chunks {
    var bytes: [UInt8] = []

    /// A chunk of `size` bytes with its header; `flags` are those of its size.
    mutating func add(_ size: Int, flags: UInt64 = 1, before: UInt64 = 0) {
      let place = bytes.count
      bytes += [UInt8](repeating: 0xAA, count: size)
      put(before, at: place)
      put(UInt64(size) | flags, at: place + 8)
    }

    mutating func put(_ word: UInt64, at place: Int) {
      for index in 0..<8 { bytes[place + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index)) }
    }
  }

  private func heaps(_ bytes: [UInt8], at start: UInt64, except others: [AddressRange] = []) throws -> MallocHeaps {
    let memory = AddressSpace(regions: [try region(start, bytes)])
    memories.append(memory)
    return MallocHeaps(in: memory, except: others)
  }

  /// Three chunks, the second of them free, and memory that was never allocated.
  private var sound: Chunks {
    var chunks = Chunks()
    chunks.add(48)
    chunks.add(64)
    chunks.add(32, flags: 0, before: 64)
    chunks.add(4096 - 144)
    return chunks
  }

  @Test func `a chain of chunks up to the end of its memory is a heap`() throws {
    let heaps = try heaps(sound.bytes, at: 0x10000).heaps
    let heap = try #require(heaps.first)

    #expect(heaps.count == 1)
    #expect(heap.range == AddressRange(start: Address(0x10000), count: 4096))
    #expect([0x10010, 0x10040, 0x10080, 0x100A0].map { heap.hasContents(at: Address($0)) } == [true, true, true, true])
    #expect([0x10020, 0x10018, 0x10000, 0x11010, 0xFFF0].allSatisfy { !heap.hasContents(at: Address($0)) })
  }

  @Test func `every address leads to its chunk, which is in use or free`() throws {
    let heap = try #require(try heaps(sound.bytes, at: 0x10000).heaps.first)

    for (address, start, end, isInUse) in [
      (0x10000, 0x10000, 0x10030, true), (0x1002F, 0x10000, 0x10030, true), (0x10030, 0x10030, 0x10070, false),
      (0x1006F, 0x10030, 0x10070, false), (0x10075, 0x10070, 0x10090, true), (0x10FFF, 0x10090, 0x11000, false),
    ] {
      let chunk = try #require(heap.chunk(containing: Address(UInt64(address))))
      #expect(chunk.start == Address(UInt64(start)) && chunk.end == Address(UInt64(end)), "\(address)")
      #expect(chunk.isInUse == isInUse, "\(address)")
    }
    let first = try #require(heap.chunk(containing: Address(0x10000)))
    #expect(first.contents == Address(0x10010) && first.byteCount == 40)
    #expect(heap.chunk(containing: Address(0x11000)) == nil && heap.chunk(containing: Address(0xFFFF)) == nil)
  }

  @Test func `a chain that breaks is no heap`() throws {
    for (name, place, word) in [
      ("a size of nothing", 8, 1), ("a size that is no multiple of 16", 8, 57), ("a mapping of its own", 8, 51),
      ("a size beyond the end", 56, 1 << 40 | 1), ("a free chunk that says another size", 112, 48),
    ] {
      var chunks = sound
      chunks.put(UInt64(word), at: place)
      #expect(try heaps(chunks.bytes, at: 0x10000).heaps.isEmpty, "\(name)")
    }
    #expect(try heaps([UInt8](repeating: 0, count: 4096), at: 0x10000).heaps.isEmpty)
    #expect(try heaps(sound.bytes, at: 0x10008).heaps.isEmpty, "a start that is not aligned")
  }

  @Test func `what is known to be something else is no heap`() throws {
    let known = try #require(AddressRange(start: Address(0x10000), count: 4096))
    #expect(try heaps(sound.bytes, at: 0x10000, except: [known]).heaps.isEmpty)
    #expect(MallocHeaps().heaps.isEmpty && !MallocHeaps().isMappedChunk(at: Address(0x1010), byteCount: 1))
  }

  @Test func `a heap that could not grow ends with two chunks of nothing`() throws {
    var chunks = Chunks()
    chunks.add(4096 - 32)
    chunks.add(16)
    chunks.add(16, flags: 1)
    let heap = try #require(try heaps(chunks.bytes, at: 0x10000).heaps.first)

    #expect(heap.range.end == Address(0x10FE0))
  }

  @Test(arguments: [true, false])
  func `the heap of another thread's arena begins at 64 MiB`(isFirst: Bool) throws {
    let start: UInt64 = 64 << 20
    var chunks = Chunks()
    let info = isFirst ? 48 + 2192 : 32
    chunks.bytes = [UInt8](repeating: 0, count: info)
    // `heap_info`: the arena, the heap before, the size in use.
    chunks.put(isFirst ? start + 48 : 0x7F00_0000_0030, at: 0)
    chunks.put(8192, at: 16)
    chunks.add(96)
    chunks.add(8192 - info - 96)
    let heap = try #require(try heaps(chunks.bytes, at: start).heaps.first)

    #expect(heap.range == AddressRange(start: Address(start) + info, end: Address(start) + 8192))
    #expect(heap.hasContents(at: Address(start) + (info + 16)))
  }

  @Test func `a chunk with a mapping of its own is whole pages that say so`() throws {
    var chunks = Chunks()
    chunks.add(8192, flags: 2)
    let mapped = try heaps(chunks.bytes, at: 0x10000)

    #expect(mapped.isMappedChunk(at: Address(0x10010), byteCount: 8192 - 16))
    #expect(!mapped.isMappedChunk(at: Address(0x10010), byteCount: 8192))
    #expect(!mapped.isMappedChunk(at: Address(0x10020), byteCount: 1))
    for (name, place, word) in [
      ("another flag", 8, 8192 | 3), ("half a page", 8, 6144 | 2), ("too large", 8, 12288 | 2),
      ("a chunk before", 0, 16),
    ] {
      var changed = chunks
      changed.put(UInt64(word), at: place)
      #expect(try !heaps(changed.bytes, at: 0x10000).isMappedChunk(at: Address(0x10010), byteCount: 1), "\(name)")
    }
  }

  @Test(arguments: [4096, 3001, 1 << 20])
  func `a heap is found in however many regions, also where other memory touches it`(size: Int) throws {
    var chunks = Chunks()
    for _ in 0..<200 { chunks.add(80) }
    chunks.add(80 << 10 - 16000)
    chunks.bytes += [UInt8](repeating: 0xAA, count: 8192)
    let regions = try stride(from: 0, to: chunks.bytes.count, by: size).map { start in
      try region(0x10000 + UInt64(start), Array(chunks.bytes[start..<min(start + size, chunks.bytes.count)]))
    }
    let memory = AddressSpace(regions: regions)
    memories.append(memory)

    #expect(MallocHeaps(in: memory, except: []).heaps.map(\.range) == [AddressRange(start: Address(0x10000), count: 80 << 10)])
  }
}

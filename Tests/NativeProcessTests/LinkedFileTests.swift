import MemoryImage
import TestSupport
import Testing

@testable import NativeProcess

extension Library {
  func data(_ start: Int, count: Int) throws -> [UInt8]? {
    let range = try #require(Self.range(start, count: count))
    let file = LinkedFile(MappedBytes(copying: bytes), mappings: Self.mappings)
    return file?.data(at: range).map { $0.bytes(at: 0, count: $0.count) ?? [] }
  }
}

struct LinkedFileTests {
  private func word(_ data: [UInt8]?, at address: UInt64, from start: Int = Library.dataStart) -> UInt64? {
    data?.integer(UInt64.self, at: Int(address) - start)
  }

  @Test func `what the file has is there, and zero behind it`() throws {
    let data = try Library().data(Library.dataStart, count: 0x2000)

    #expect(word(data, at: 0x5008) == 0x1008)
    #expect(word(data, at: 0x67F8) == 0x27F8)
    #expect(word(data, at: 0x6800) == 0)
    #expect(data?.count == 0x2000)
  }

  @Test func `addresses are those of the process`() throws {
    let library = Library(
      relocations: [
        (0x5010, Library.relative, 0, 0x123), (0x5020, Library.symbol, 1, 4), (0x5030, Library.symbol, 0, 0),
        (0x5038, Library.copy, 1, 0),
      ], moved: [0x5100, 0b1011])

    let data = try library.data(Library.dataStart, count: 0x2000)

    #expect(word(data, at: 0x5010) == Library.base + 0x123)
    #expect(word(data, at: 0x5020) == Library.base + 0x5044)
    // What another library has is not known, nor is another kind.
    #expect(word(data, at: 0x5030) == 0x1030)
    #expect(word(data, at: 0x5038) == 0x1038)
    // One word, then the first and the third of those after it.
    #expect(word(data, at: 0x5100) == Library.base + 0x1100)
    #expect(word(data, at: 0x5108) == Library.base + 0x1108)
    #expect(word(data, at: 0x5110) == 0x1110)
    #expect(word(data, at: 0x5118) == Library.base + 0x1118)
  }

  @Test func `a part has what the whole has there`() throws {
    let library = Library(relocations: [(0x5010, Library.relative, 0, 1), (0x6010, Library.relative, 0, 2)])

    let whole = try #require(try library.data(Library.dataStart, count: 0x2000))

    for (start, count) in [(0x5000, 0x1000), (0x6000, 0x1000), (0x5010, 8), (0x500C, 0x20), (0x6008, 9)] {
      let part = try library.data(start, count: count)
      let offset = start - Library.dataStart
      // A word that is cut at either end is not filled in.
      guard start != 0x500C else {
        #expect(part?.prefix(4).elementsEqual(whole[offset..<(offset + 4)]) == true)
        continue
      }
      #expect(count == 9 ? part?.count == 9 : part == Array(whole[offset..<(offset + count)]), "\(start), \(count)")
    }
  }

  @Test func `what nobody writes, and what is no part, gives nothing`() throws {
    #expect(try Library().data(0, count: 0x1000) == nil)
    #expect(try Library().data(0x9000, count: 0x1000) == nil)
    #expect(try Library().data(Library.dataStart, count: 1 << 40) == nil)
    #expect(LinkedFile(MappedBytes(copying: Library().bytes), mappings: []) == nil)
  }

  @Test func `other processors have other numbers`() throws {
    var library = Library(machine: 183, relocations: [(0x5010, 1027, 0, 5), (0x5020, Library.relative, 0, 5)])
    #expect(word(try library.data(0x5000, count: 0x1000), at: 0x5010) == Library.base + 5)
    #expect(word(try library.data(0x5000, count: 0x1000), at: 0x5020) == 0x1020)
    library.machine = 8
    #expect(word(try library.data(0x5000, count: 0x1000), at: 0x5010) == 0x1010)
  }

  @Test func `no byte of a file leads out of it`() throws {
    let library = Library(relocations: [(0x5010, Library.relative, 0, 1), (0x5020, Library.symbol, 1, 0)], moved: [0x5100, 7])
    let sound = library.bytes
    let range = try #require(Library.range(Library.dataStart, count: 0x2000))
    for position in (0..<0x830) {
      for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
        var changed = sound
        changed[position] = value
        let data = LinkedFile(MappedBytes(copying: changed), mappings: Library.mappings)?.data(at: range)
        #expect(data.map { $0.count == range.count } ?? true)
      }
    }
    for count in stride(from: 0, to: sound.count, by: 61) {
      let cut = MappedBytes(copying: sound.prefix(count))
      _ = LinkedFile(cut, mappings: Library.mappings)?.data(at: range)
    }
  }
}

import CPython
import MemoryImage
import TestSupport
import Testing

/// The hash table of a searched index: its bytes where its structure is consistent.
struct PandasHashTableTests {
  /// A table of sixteen slots with three keys, and the object of Cython that has it.
  private struct Parts {
    var heap = SyntheticHeap(.cpython3_13)
    let object: Address
    let table: Address

    init(_ typeName: String = "pandas._libs.hashtable.Int64HashTable") {
      let type = heap.type(typeName, basicSize: 48)
      object = heap.object(of: type, size: 48)
      table = heap.allocate(40)
      let methods = heap.allocate(64)
      heap.write(methods, at: object + 16)
      heap.write(table, at: object + 24)
      for (offset, value) in [(0, 16), (4, 3), (8, 4), (12, 12)] { heap.write(UInt32(value), at: table + offset) }
      for offset in [16, 24, 32] {
        let block = heap.allocate(256)
        heap.write(block, at: table + offset)
      }
    }

    func byteCount() throws -> Int? {
      let inferior = heap.inferior()
      return PandasHashTable(try #require(inferior.object(at: object)), in: inferior)?.byteCount
    }
  }

  @Test(arguments: [("Int64", 8), ("UInt8", 1), ("Complex128", 16), ("PyObject", 8), ("Float32", 4)])
  func `keys are as long as the type's name says`(name: String, size: Int) throws {
    #expect(try Parts("pandas._libs.hashtable.\(name)HashTable").byteCount() == 40 + 4 + 16 * size + 16 * 8)
  }

  @Test func `keys of a type that is not known have no size`() throws {
    #expect(try Parts("pandas._libs.hashtable.OtherHashTable").byteCount() == nil)
  }

  /// What is where in the table.
  @Test(
    arguments: [(0, 0), (0, 15), (0, 32), (0, 2), (4, 5), (8, 13), (8, 2), (12, 13), (12, 11)] as [(Int, UInt32)])
  func `numbers that contradict each other are no table`(offset: Int, number: UInt32) throws {
    var parts = Parts()
    parts.heap.write(number, at: parts.table + offset)
    #expect(try parts.byteCount() == nil)
  }

  @Test(arguments: [16, 24, 32])
  func `a table without memory is none`(offset: Int) throws {
    var parts = Parts()
    parts.heap.write(0x7000_0000_0000, at: parts.table + offset)
    #expect(try parts.byteCount() == nil)
  }
}

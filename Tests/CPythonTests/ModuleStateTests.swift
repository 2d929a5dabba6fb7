import MemoryImage
import TestSupport
import Testing

@testable import CPython

/// What C modules keep outside of their dicts: the structures at `md_state`.
struct ModuleStateTests {
  private func layout(ofMinor minor: Int) throws -> Layout {
    try #require(Layout.supported.first { $0.version.minor == minor })
  }

  private func gathered(_ read: (ReferentBody) -> Void) -> [Address] {
    var found: [Address] = []
    read { address, kind, _ in
      #expect(kind == .visited)
      found.append(address)
    }
    return found
  }

  @Test(arguments: [8, 9])
  func `functions to be called at the end, but those that were taken back`(minor: Int) throws {
    let layout = try layout(ofMinor: minor)
    var heap = SyntheticHeap(layout)
    let parts = (1...6).map { Address(UInt64($0) << 8) }
    let callbacks = [heap.allocate(24), heap.allocate(24)]
    for (index, part) in parts.enumerated() { heap.write(part, at: callbacks[index / 3] + 8 * (index % 3)) }
    let array = heap.allocate(24)
    heap.write(callbacks[0], at: array)
    heap.write(callbacks[1], at: array + 16)
    let state = heap.allocate(32)
    heap.write(array, at: state + (try #require(layout.atexit.callbacks)).bytes)
    let countField = try #require(layout.atexit.callbackCount)
    heap.write(Int32(3), at: state + countField.bytes)

    #expect(gathered { AtexitState.forEachReferent(at: state, in: heap.inferior(), $0) } == parts)
    for count in [-1, Int32.max, 1 << 20] {
      heap.write(count, at: state + countField.bytes)
      #expect(gathered { AtexitState.forEachReferent(at: state, in: heap.inferior(), $0) }.isEmpty)
    }
  }

  @Test(arguments: [12, 13, 14])
  func `time zones used last, also where their list has no end`(minor: Int) throws {
    let layout = try layout(ofMinor: minor)
    var heap = SyntheticHeap(layout)
    let fields = layout.zoneInfoState
    let (next, key, zone) = try (#require(fields.next), #require(fields.key), #require(fields.zone))
    let nodes = [heap.allocate(fields.nodeSize), heap.allocate(fields.nodeSize)]
    for (index, node) in nodes.enumerated() {
      heap.write(Address(0x100 + UInt64(index)), at: node + key.bytes)
      heap.write(Address(0x200 + UInt64(index)), at: node + zone.bytes)
    }
    heap.write(nodes[1], at: nodes[0] + next.bytes)
    let cache = try #require(fields.strongCache)
    let state = heap.allocate(cache.bytes + 8)
    heap.write(nodes[0], at: state + cache.bytes)

    let found = gathered { ZoneInfoState.forEachReferent(at: state, in: heap.inferior(), $0) }
    #expect(found == [0x100, 0x200, 0x101, 0x201].map { Address($0) })
    heap.write(nodes[0], at: nodes[1] + next.bytes)
    #expect(gathered { ZoneInfoState.forEachReferent(at: state, in: heap.inferior(), $0) }.count == 2 * 64)
  }

  @Test(arguments: [13, 14])
  func `decimal's exceptions, of the conditions without the first`(minor: Int) throws {
    let layout = try layout(ofMinor: minor)
    var heap = SyntheticHeap(layout)
    let fields = layout.decimalState
    let (signals, conditions) = try (#require(fields.signal_map), #require(fields.cond_map))
    let (name, exception) = try (#require(fields.fqname), #require(fields.exception))
    let state = heap.allocate(max(signals.bytes, conditions.bytes) + 8)
    for (index, field) in [signals, conditions].enumerated() {
      let table = heap.allocate(3 * fields.entrySize)
      for entry in 0..<2 {
        heap.write(Address(0x10), at: table + entry * fields.entrySize + name.bytes)
        heap.write(Address(UInt64(0x100 * (index + 1) + entry)), at: table + entry * fields.entrySize + exception.bytes)
      }
      heap.write(table, at: state + field.bytes)
    }

    let found = gathered { DecimalState.forEachReferent(at: state, in: heap.inferior(), $0) }

    #expect(found == [0x100, 0x101, 0x201].map { Address($0) })
    #expect(gathered { DecimalState.forEachReferent(at: Address(0x10), in: heap.inferior(), $0) }.isEmpty)
  }
}

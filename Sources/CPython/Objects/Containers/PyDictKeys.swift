package import MemoryImage

/// The keys of one or more dicts: a hash table of indices into an array of entries in the order of insertion.
///
/// Mirrors `struct _dictkeysobject` (`Objects/dict-common.h`, since 3.11 `Include/internal/pycore_dict.h`).
package struct PyDictKeys: Sendable {
  package let address: Address
  /// The number of dicts and types that share the keys (`dk_refcnt`).
  package let referenceCount: Int
  /// The number of slots of the hash table, a power of two (`DK_SIZE`).
  package let slotCount: Int
  /// The number of entries in use, deleted ones included (`dk_nentries`).
  package let entryCount: Int
  /// The number of entries for which there is still room (`dk_usable`).
  package let usableCount: Int
  /// The size of one index in bytes: 1, 2, 4 or 8.
  package let indexSize: Int
  /// The first index (`dk_indices`) and the first entry (`DK_ENTRIES`).
  package let indices: Address
  package let entries: Address
  /// The size of one entry in bytes: 16 if all keys are strings (since 3.11), which keep their hash themselves, otherwise 24.
  package let entrySize: Int
  /// Whether there may be keys that are not strings (`DICT_KEYS_GENERAL`); nil before 3.11, where the lookup function
  /// shows it (`dk_lookup`).
  private let isGeneral: Bool?
  private let lookup: Address

  /// A greater size of the hash table than any process has, as a logarithm.
  private static let largestLog2Size = 40

  /// Reads the keys at `address`.
  ///
  /// - Throws: `MemoryFault` if they are not in the dump or their sizes are impossible.
  package init(at address: Address, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.dictKeys
    let record = try inferior.memory.record(at: address, size: layout.dk_indices.bytes)
    self.address = address
    referenceCount = record[layout.dk_refcnt]
    entryCount = record[layout.dk_nentries]
    usableCount = record[layout.dk_usable]
    indices = address + layout.dk_indices.bytes
    let log2Size: Int
    if let size = layout.dk_size {
      log2Size = record[size] > 0 && record[size].nonzeroBitCount == 1 ? record[size].trailingZeroBitCount : .max
    } else {
      log2Size = layout.dk_log2_size.map { Int(record[$0]) } ?? .max
    }
    guard log2Size <= Self.largestLog2Size else { throw MemoryFault(address: address, byteCount: Int.max) }
    slotCount = 1 << log2Size
    indexSize = slotCount <= 0xFF ? 1 : slotCount <= 0xFFFF ? 2 : slotCount <= 0xFFFF_FFFF ? 4 : 8
    let log2IndexBytes = layout.dk_log2_index_bytes.map { Int(record[$0]) }
    guard (log2IndexBytes ?? 0) <= Self.largestLog2Size + 3 else {
      throw MemoryFault(address: address, byteCount: Int.max)
    }
    entries = indices + (log2IndexBytes.map { 1 << $0 } ?? slotCount &* indexSize)
    isGeneral = layout.dk_kind.map { record[$0] == 0 }
    lookup = layout.dk_lookup.map { record[$0] } ?? .null
    entrySize = isGeneral == false ? 16 : 24
  }

  /// The number of entries that a table of this size may hold (`USABLE_FRACTION`).
  package var capacity: Int { slotCount * 2 / 3 }

  /// The result of `_PyDict_KeysSize`, in bytes.
  package var byteCount: Int { Int(truncatingIfNeeded: entries.rawValue &- address.rawValue) &+ capacity &* entrySize }

  /// Whether the collector visits the keys. It leaves out tables of strings only, which cannot be in a cycle (`dict_traverse`).
  func areVisited(in inferior: Inferior) -> Bool { isGeneral ?? (lookup == inferior.types.generalLookup) }

  /// The number of values for which a split table over these keys has room (`shared_keys_usable_size`).
  package var sharedCapacity: Int { entryCount &+ max(0, usableCount) }

  /// The key and the value of an entry, if the values are in the table; null for deleted entries.
  package func entry(_ index: Int, in inferior: Inferior) throws(MemoryFault) -> (key: Address, value: Address) {
    let key = entries + index &* entrySize + (entrySize - 16)
    let record = try inferior.memory.record(at: key, size: 16)
    return (record[FieldOffset<Address>(0)], record[FieldOffset<Address>(8)])
  }

  /// The key with the given number; null if it is deleted or not in the table.
  package func key(_ index: Int, in inferior: Inferior) throws(MemoryFault) -> Address {
    index >= 0 && index < entryCount && index < max(capacity, 1) ? try entry(index, in: inferior).key : .null
  }

  /// Calls `body` with each key that is not deleted; stops if the table is not in the dump.
  func forEachKey(in inferior: Inferior, _ body: (Address) -> Void) {
    guard entryCount <= max(capacity, 1) else { return }
    for index in 0..<max(0, entryCount) {
      guard let key = try? entry(index, in: inferior).key else { return }
      if !key.isNull { body(key) }
    }
  }

  /// The reason why these cannot be the keys of a dict; nil if there is none. Checks every index of the table.
  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    // All empty dicts share keys that are never freed; since 3.12 their count is negative.
    guard referenceCount != 0, entryCount >= 0, entryCount <= max(capacity, 1), usableCount <= capacity else {
      return .sizeOutOfRange
    }
    let tableSize = Int(truncatingIfNeeded: entries.rawValue &- indices.rawValue)
    guard tableSize >= slotCount &* indexSize else { return .invalidTable }
    guard inferior.memory.isMapped(indices, byteCount: tableSize),
      inferior.memory.isMapped(entries, byteCount: entryCount * entrySize)
    else { return .unmappedItems }
    return hasValidIndices(in: inferior) ? nil : .invalidTable
  }

  private func hasValidIndices(in inferior: Inferior) -> Bool {
    // DKIX_EMPTY is -1, DKIX_DUMMY is -2; any other index is the number of an entry.
    func check<Index: FixedWidthInteger & SignedInteger & BitwiseCopyable & Sendable>(_ type: Index.Type) -> Bool {
      guard let all = try? inferior.memory.array(of: Index.self, at: indices, count: slotCount) else { return false }
      return all.allSatisfy { $0 >= -2 && Int($0) < entryCount }
    }
    switch indexSize {
    case 1: return check(Int8.self)
    case 2: return check(Int16.self)
    case 4: return check(Int32.self)
    default: return check(Int64.self)
    }
  }
}

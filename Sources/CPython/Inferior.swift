package import MemoryImage

/// A CPython process whose memory is under examination: its memory, its version's layout, and the types it knows.
///
/// The word is the debugger's: the program that is being looked at, in contrast to the one that looks.
package final class Inferior: Sendable {
  /// The memory of the process, and what reads it: the second costs nothing to pass about.
  package let addressSpace: AddressSpace
  package let memory: MemoryReader
  /// The version of the interpreter, as exact as the dump tells.
  package let version: PythonVersion
  /// Where everything lies in that version's structures.
  package let layout: Layout
  /// The type objects of the process; empty while they are being searched.
  package let types: TypeTable

  /// What the parts of the memory are for.
  package let places: MemoryPlaces
  /// The bytes that the allocator puts before each of its blocks: see `DebugHooks`.
  package let blockPrefixSize: Int

  /// Whether all that Python allocated is in the allocators' records: see `AllocationEvidence`.
  package let areAllocationsRecorded: Bool

  package init(
    memory: AddressSpace, version: PythonVersion, layout: Layout, types: TypeTable = TypeTable([]),
    places: MemoryPlaces = MemoryPlaces(), blockPrefixSize: Int = 0, areAllocationsRecorded: Bool = false
  ) {
    addressSpace = memory
    self.memory = memory.reader
    self.version = version
    self.layout = layout
    self.types = types
    self.places = places
    self.blockPrefixSize = blockPrefixSize
    self.areAllocationsRecorded = areAllocationsRecorded
  }

  /// The same process with its types known, and with them how it allocates.
  package func with(types: TypeTable) -> Inferior {
    with(types: types, places: places)
  }

  /// The same process with other places.
  func with(places: MemoryPlaces) -> Inferior {
    with(types: types, places: places)
  }

  private func with(types: TypeTable, places: MemoryPlaces) -> Inferior {
    func copy(blockPrefixSize: Int, areAllocationsRecorded: Bool) -> Inferior {
      Inferior(
        memory: addressSpace, version: version, layout: layout, types: types, places: places,
        blockPrefixSize: blockPrefixSize, areAllocationsRecorded: areAllocationsRecorded)
    }
    let typed = copy(blockPrefixSize: 0, areAllocationsRecorded: false)
    let prefixSize = DebugHooks.arePresent(in: typed) ? DebugHooks.prefixSize : 0
    let evidence = AllocationEvidence(copy(blockPrefixSize: prefixSize, areAllocationsRecorded: false))
    return copy(blockPrefixSize: prefixSize, areAllocationsRecorded: evidence.isComplete())
  }
}

extension Inferior {
  /// The address of the type of the object at `address` (`ob_type`).
  ///
  /// - Throws: `MemoryFault` if the object's header is not in the dump.
  package func typeAddress(of address: Address) throws(MemoryFault) -> Address {
    try memory.load(at: address + layout.object.ob_type.bytes)
  }

  /// The object at `address`, if its type is known and its header is in the dump.
  package func object(at address: Address) -> ObjectHeader? {
    guard address.isAligned(to: 8), let type = try? typeAddress(of: address),
      let number = types.number(of: type)
    else { return nil }
    return ObjectHeader(address: address, type: types.traits[number])
  }

  /// The text of the `str` at `address`, whatever its type says; nil if it is not a string's, or longer than `limit`.
  package func string(at address: Address, limit: Int = 4096) -> String? {
    guard !address.isNull, let string = try? PyUnicodeObject(at: address, in: self),
      string.invalidReason(in: self) == nil, string.length <= limit
    else { return nil }
    return string.text(in: self, limit: limit)
  }
}

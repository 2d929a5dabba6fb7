package import MemoryImage
import Synchronization

/// A CPython process whose memory is under examination: its memory, its version's layout, and the types it knows.
///
/// "Inferior" is the debugger's word for the program that is examined.
package final class Inferior: Sendable {
  /// The memory of the process, and its reader, which is cheap to pass as an argument.
  package let addressSpace: AddressSpace
  package let memory: MemoryReader
  /// The version of the interpreter, as exact as the dump shows.
  package let version: PythonVersion
  /// The sizes and offsets of that version's structures.
  package let layout: Layout
  /// The program that holds the built-in types.
  package let image: InterpreterImage
  /// The type objects of the process; empty while they are being searched for.
  package let types: TypeTable

  /// The uses of the parts of memory. Only judging what may be an object needs them, so they are found on first use.
  package var places: RegionUses { deferredPlaces.value }
  private let deferredPlaces: Deferred<RegionUses>
  /// The number of bytes that the allocator puts before each of its blocks: see `DebugHooks`.
  package let blockPrefixSize: Int

  /// What the allocators' records show about the objects.
  package var allocationRecords: AllocationRecords { deferredRecords.value }
  private let deferredRecords: Deferred<AllocationRecords>
  /// `sys.modules` of each interpreter; empty while the interpreters are not known.
  package let moduleTables: [Address]
  /// The types that are classes of libraries, by number; found when first needed.
  var libraryClasses: [Int: LibraryClass] {
    knownLibraryClasses.withLock { known in
      let found = known ?? LibraryClass.types(in: self)
      known = found
      return found
    }
  }
  private let knownLibraryClasses = Mutex<[Int: LibraryClass]?>(nil)

  /// The frames of the threads; nil while no interpreter is known.
  package var threadFrames: ThreadFrames? { deferredThreadFrames.value }
  private let deferredThreadFrames: Deferred<ThreadFrames?>

  package init(
    memory: AddressSpace, version: PythonVersion, layout: Layout, image: InterpreterImage = InterpreterImage(),
    types: TypeTable = TypeTable([]),
    places: Deferred<RegionUses> = Deferred { RegionUses() }, blockPrefixSize: Int = 0,
    allocationRecords: Deferred<AllocationRecords> = Deferred { AllocationRecords() },
    threadFrames: Deferred<ThreadFrames?> = Deferred { nil }, moduleTables: [Address] = []
  ) {
    addressSpace = memory
    self.memory = memory.reader
    self.version = version
    self.layout = layout
    self.image = image
    self.types = types
    deferredPlaces = places
    self.blockPrefixSize = blockPrefixSize
    deferredRecords = allocationRecords
    deferredThreadFrames = threadFrames
    self.moduleTables = moduleTables
  }

  /// Returns the same process with its types known, and with them how it allocates.
  package func with(types: TypeTable) -> Inferior {
    with(types: types, places: deferredPlaces)
  }

  /// Returns the same process with further data of the interpreter: see `RegionUses.addingInterpreterData`.
  func addingInterpreterData(_ ranges: [AddressRange]) -> Inferior {
    let places = deferredPlaces
    return with(types: types, places: Deferred { places.value.addingInterpreterData(ranges) })
  }

  /// Returns the same process with its interpreters known: see `threadFrames` and `moduleTables`.
  func with(_ runtime: RuntimeState) -> Inferior {
    with(
      types: types, places: deferredPlaces, threadFrames: Deferred { ThreadFrames(of: runtime, in: self) },
      moduleTables: runtime.interpreters.map(\.modules))
  }

  private func with(
    types: TypeTable, places: Deferred<RegionUses>, threadFrames: Deferred<ThreadFrames?>? = nil,
    moduleTables: [Address]? = nil
  ) -> Inferior {
    func copy(blockPrefixSize: Int, records: Deferred<AllocationRecords> = Deferred { AllocationRecords() }) -> Inferior {
      Inferior(
        memory: addressSpace, version: version, layout: layout, image: image, types: types, places: places,
        blockPrefixSize: blockPrefixSize, allocationRecords: records,
        threadFrames: threadFrames ?? deferredThreadFrames, moduleTables: moduleTables ?? self.moduleTables)
    }
    let typed = copy(blockPrefixSize: 0)
    let prefixSize = DebugHooks.arePresent(in: typed) ? DebugHooks.prefixSize : 0
    let prefixed = copy(blockPrefixSize: prefixSize)
    return copy(blockPrefixSize: prefixSize, records: Deferred { AllocationEvidence(prefixed).records() })
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

  /// The text of the `str` at `address`, whatever type it states; nil if it is not a string, or longer than `limit`.
  package func string(at address: Address, limit: Int = 4096) -> String? {
    guard !address.isNull, let string = try? PyUnicodeObject(at: address, in: self),
      string.invalidReason(in: self) == nil, string.length <= limit
    else { return nil }
    return string.text(in: self, limit: limit)
  }

  /// The text of a `str` as it is shown: its first 4,096 characters, and the number of the others; nil if it is not a string.
  package func shownString(at address: Address) -> String? {
    let limit = 4096
    guard !address.isNull, let string = try? PyUnicodeObject(at: address, in: self), string.invalidReason(in: self) == nil
    else { return nil }
    let text = string.text(in: self, limit: limit)
    return string.length <= limit ? text : text + "...<\(string.length - limit) more characters>"
  }
}

import MemoryImage
import NativeProcess
import TestSupport

@testable import CPython
@testable import Presentation

/// Objects, and other structures in a process's memory.
enum ObjectFuzzing {
  private static let start = Address(0x1000)

  /// One object of any kind: it is read, judged, walked, measured and printed.
  static func objects(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let layout = input.choice(of: Layout.supported)
    let types = Types(of: layout, &input)
    let number = Int(input.byte()) % types.all.count
    let inferior = Inferior(
      memory: input.memory(at: start, linked: true), version: layout.version, layout: layout,
      types: TypeTable(types.all))
    read(ObjectHeader(address: start, type: inferior.types.traits[number]), in: inferior)
    for address in [start + 16, start + 64] {
      if let header = inferior.object(at: address) { read(header, in: inferior) }
    }
    readOthers(in: inferior, at: start)
  }

  /// All kinds of objects at one address.
  static func readAll(in memory: AddressSpace, at address: Address, layout: Layout) {
    var input = FuzzInput([])
    let types = Types(of: layout, &input)
    let inferior = Inferior(
      memory: memory, version: layout.version, layout: layout, types: TypeTable(types.all))
    for traits in inferior.types.traits {
      read(ObjectHeader(address: address, type: traits), in: inferior)
    }
    readOthers(in: inferior, at: address)
  }

  static func read(_ header: ObjectHeader, in inferior: Inferior) {
    _ = header.invalidReason(in: inferior)
    _ = header.byteCount(in: inferior)
    _ = header.inPlaceByteCount(in: inferior)
    let words = ReferentPartText(inferior)
    var count = 0
    header.forEachReferent(in: inferior) { _, _, part in
      if count < 20 { TextFuzzing.check(words.text(of: part, in: header)) }
      count += 1
    }
    for limit in [0, 1, 100] { _ = header.shape(in: inferior, limit: limit) }
    var options = PrintingOptions()
    for maxEntries in [100, 0] {
      options.maxEntries = maxEntries
      options.short = maxEntries == 0
      TextFuzzing.check(ObjectPrinter(inferior, options: options).text(of: header.address))
    }
  }

  /// Threads, frames, pools and heaps.
  private static func readOthers(in inferior: Inferior, at address: Address) {
    _ = PymallocPool(at: address, in: inferior)?.isBlockInUse(at: address + 48)
    if let thread = try? ThreadState(at: address, in: inferior) {
      var budget = 1000
      for frame in StackFrame.frames(of: thread, budget: &budget, in: inferior) {
        frame.forEachReferent(in: inferior) { _, _, _ in }
        _ = frame.frame.line(in: inferior)
        _ = frame.frame.variables(in: inferior)
      }
    }
    _ = try? InterpreterState(at: address, layout: inferior.layout.interpreter, in: inferior)
    for frame in [
      Frame(interpreterFrame: address, in: inferior), Frame(frameObject: address, in: inferior),
    ] {
      _ = frame?.line(in: inferior)
      _ = frame?.variables(in: inferior)
    }
    let places = RegionUses(in: inferior.addressSpace, debugOffsets: nil)
    _ = places.place(of: address)
    _ = places.mallocHeaps.isMappedChunk(at: address + 16, byteCount: 32)
    for heap in places.mallocHeaps.heaps { _ = heap.chunk(containing: address + 40) }
    var bytes = CDataText(inferior, limit: 10)
    _ = bytes.text(of: address, at: address, size: 64, count: 3)
  }
}

/// A type of every kind, whose fields are the input's. They are in the same memory as the objects, 16 bytes apart.
private struct Types {
  private(set) var all: [TypeInfo] = []

  /// The structures of each version; to read their tables takes longer than all else.
  private static let structures = Dictionary(
    uniqueKeysWithValues: Layout.supported.map { layout in
      (
        layout.version,
        StructureTable.of(layout).all.sorted { $0.typeName < $1.typeName }
      )
    })

  init(of layout: Layout, _ input: inout FuzzInput) {
    let structures = Self.structures[layout.version] ?? []
    let flags = TypeFlags(rawValue: input.word())
    let (basicSize, itemSize) = (Int(input.byte()) * 8, Int(input.byte()))
    let (dictOffset, weakListOffset) = (Int(Int8(bitPattern: input.byte())), Int(input.byte()))
    let structure = structures[Int(input.word() % UInt64(max(1, structures.count)))]
    let base = Address(0x1000 + 16 * UInt64(input.byte()))
    let names = [
      "frozenset", "numpy.float64", "collections.namedtuple", "enum.EnumType", "Structure", "Array",
      "c_int",
    ]
    let name = input.choice(of: names)
    for kind in ObjectKind.allCases {
      let number = all.count
      let size = kind == .structure ? structure.size : layout.basicSize(of: kind) ?? basicSize
      let traits = TypeTraits(
        number: UInt32(number), kind: kind, flags: flags, basicSize: size, itemSize: itemSize,
        dictOffset: dictOffset,
        preheaderSize: flags.contains(.gc) ? 16 : 0)
      all.append(
        TypeInfo(
          address: Address(0x1000 + 16 * UInt64(number)), name: kind == .generic ? name : "\(kind)",
          shortName: name,
          base: base, traits: traits, isBuiltin: number % 3 == 0, isOfOwnKind: number % 2 == 0,
          members: [
            TypeMember(name: "first", offset: 24),
            TypeMember(name: "\u{1B}[m", offset: Int(input.byte())),
          ],
          structure: kind == .structure ? structure : nil, traversal: Address(UInt64(input.byte())),
          sharedKeys: Address(0x1000 + 8 * UInt64(input.byte())), weakListOffset: weakListOffset))
    }
  }
}

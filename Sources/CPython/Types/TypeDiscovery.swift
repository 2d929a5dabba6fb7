package import MemoryImage
import NativeProcess

/// Finds every type object of a process, starting from `type` alone.
///
/// A type object is an object whose type is `type` or a metaclass, and a metaclass is itself such an object. Memory is
/// searched for objects of the metaclasses known so far until no new one appears. A metaclass may also be its own type:
/// `cls.__class__ = cls` makes a sentinel that prints as its name.
package struct TypeDiscovery: Sendable {
  private let inferior: Inferior
  private let threadCount: Int

  /// More rounds than any chain of metaclasses needs.
  private static let roundLimit = 16
  /// More types than any process has.
  private static let typeLimit = 1 << 20

  /// A search in a process whose types are not known yet.
  package init(_ inferior: Inferior, threadCount: Int) {
    self.inferior = inferior
    self.threadCount = threadCount
  }

  /// The table of all types, in the order of their addresses.
  ///
  /// - Parameter onlyStatic: whether only the static data around `type` are searched. They have the built-in types, and
  ///   the search is fast however large the heap is.
  package func types(from typeObject: Address, onlyStatic: Bool = false) -> TypeTable {
    var found: Set<Address> = [typeObject]
    var searched: Set<Address> = []
    let chunks = inferior.addressSpace.chunks().filter { !onlyStatic || $0.isStatic && inferior.image.overlaps($0.range) }
    let parts = concurrentMap(count: chunks.count, threadCount: threadCount) { outsidePools(chunks[$0]) }
    let own = concurrentMap(count: chunks.count, threadCount: threadCount) { index in
      parts[index].flatMap { $0.selfTypedObjects() }.filter { isTypeObject(at: $0) && derives($0, from: typeObject) }
    }
    found.formUnion(own.joined())
    var metatypes = found.sorted()
    for _ in 0..<Self.roundLimit where !metatypes.isEmpty {
      let needles = TypeAddressSet(metatypes.map { ($0, 0) })
      searched.formUnion(metatypes)
      let results = concurrentMap(count: chunks.count, threadCount: threadCount) { index in
        typeObjects(in: parts[index], of: needles)
      }
      for address in results.joined() where found.count < Self.typeLimit { found.insert(address) }
      metatypes = found.filter { !searched.contains($0) && isMetatype($0) }.sorted()
    }
    return types(at: found.sorted())
  }

  /// The table of the known types and the types of the given objects, with all their bases.
  package func types(addingThoseOf objects: [Address]) -> TypeTable {
    var found = Set(inferior.types.types.map(\.address))
    for object in objects {
      var next = try? inferior.typeAddress(of: object)
      for _ in 0..<Self.baseLimit {
        guard let address = next, !found.contains(address), let type = try? PyTypeObject(at: address, in: inferior),
          type.invalidReason(in: inferior) == nil
        else { break }
        found.insert(address)
        next = type[inferior.layout.type.tp_base]
      }
    }
    let known = Dictionary(inferior.types.types.map { ($0.address, $0.name) }, uniquingKeysWith: { first, _ in first })
    return types(at: found.sorted(), named: known)
  }

  /// A longer chain of bases than any class has.
  private static let baseLimit = 256

  /// The table of the types at the given addresses, which ascend.
  ///
  /// - Parameter names: names of static types whose names are not in the dump.
  package func types(at addresses: [Address], named names: [Address: String] = [:]) -> TypeTable {
    let types = describe(CopiedTypes(addresses, in: inferior).inUse, names)
    return TypeTable(types, layout: inferior.layout, generalLookup: generalLookup(types))
  }

  /// The function that looks up keys in the dict of the subclasses of `object`, whose keys are ints.
  private func generalLookup(_ types: [TypeInfo]) -> Address {
    guard let field = inferior.layout.dictKeys.dk_lookup, let base = types.first(where: { $0.isBuiltin && $0.name == "object" }),
      let type = try? PyTypeObject(at: base.address, in: inferior),
      let dict = try? PyDictObject(at: type[inferior.layout.type.tp_subclasses], in: inferior)
    else { return .null }
    return (try? inferior.memory.load(at: dict.keys + field.bytes)) ?? .null
  }

  /// The parts of a chunk in which a type object may be: it is larger than any block of a pool.
  private func outsidePools(_ chunk: MemoryChunk) -> [MemoryChunk] {
    PoolPages.runs(of: chunk, in: inferior).filter { !$0.isPools }.map(\.chunk)
  }

  private func typeObjects(in parts: [MemoryChunk], of metatypes: TypeAddressSet) -> [Address] {
    var result: [Address] = []
    for part in parts {
      part.forEachHeader(typeIn: metatypes) { address, _ in
        if isTypeObject(at: address) { result.append(address) }
      }
    }
    return result
  }

  private func isTypeObject(at address: Address) -> Bool {
    guard let type = try? PyTypeObject(at: address, in: inferior),
      Liveness.isReferenceCountValid(of: address, in: inferior), type.invalidReason(in: inferior) == nil
    else { return false }
    return type[inferior.layout.type.tp_basicsize] >= inferior.layout.object.size && hasPlausibleName(type)
  }

  /// Whether the name is short printable text, or is in a part of the program's file that is missing in the dump.
  private func hasPlausibleName(_ type: PyTypeObject) -> Bool {
    let pointer = type[inferior.layout.type.tp_name]
    guard inferior.memory.isMapped(pointer, byteCount: 1) else { return true }
    // The name of a Python class may be any text, even an empty one.
    if TypeName.isOfClass(type, in: inferior) { return true }
    guard let name = try? inferior.memory.cString(at: pointer, limit: 1024), !name.isEmpty else { return false }
    return name.allSatisfy { $0 > 32 || $0 == 32 } && !name.contains(127)
  }

  /// Whether `ancestor` is among the bases of the type at `address`.
  private func derives(_ address: Address, from ancestor: Address) -> Bool {
    var next = address
    for _ in 0..<Self.baseLimit where next != ancestor {
      guard let type = try? PyTypeObject(at: next, in: inferior) else { return false }
      next = type[inferior.layout.type.tp_base]
    }
    return next == ancestor
  }

  private func isMetatype(_ address: Address) -> Bool {
    (try? PyTypeObject(at: address, in: inferior))?.flags(in: inferior).contains(.typeSubclass) ?? false
  }
}

extension TypeDiscovery {
  private func describe(_ addresses: [Address], _ known: [Address: String]) -> [TypeInfo] {
    let numbers = Dictionary(addresses.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let names = addresses.map { TypeName(of: $0, known: known[$0], in: inferior) }
    let bases = addresses.map { address -> Address in
      (try? PyTypeObject(at: address, in: inferior))?[inferior.layout.type.tp_base] ?? .null
    }
    let structures = StructureTable.of(inferior.layout)
    let areBuiltin = addresses.map { (try? PyTypeObject(at: $0, in: inferior)).map(inferior.isBuiltin) ?? false }
    // A name of one of the interpreter's own types shows nothing about another type of that name.
    let taken = Set(addresses.indices.filter { areBuiltin[$0] }.map { names[$0].inC })
    let natures = addresses.indices.map { index in
      areBuiltin[index] || !taken.contains(names[index].inC)
        ? KnownType(of: addresses[index], name: names[index], structures: structures, in: inferior) : nil
    }
    return addresses.indices.map { index in
      let type = try? PyTypeObject(at: addresses[index], in: inferior)
      let isHeapType = type?.flags(in: inferior).contains(.heapType) ?? false
      let layout = inferior.layout.type
      let nature = nature(of: index, numbers: numbers, bases: bases, natures: natures)
      return TypeInfo(
        address: addresses[index], name: names[index].full, shortName: names[index].short, base: bases[index],
        traits: traits(of: addresses[index], number: index, kind: nature?.kind ?? .generic),
        isBuiltin: areBuiltin[index], isOfOwnKind: natures[index] != nil,
        members: natures[index] == nil ? members(of: addresses[index]) : [], structure: nature?.structure,
        traversal: type?[layout.tp_traverse] ?? .null,
        sharedKeys: isHeapType ? type?[layout.ht_cached_keys] ?? .null : .null,
        weakListOffset: type?[layout.tp_weaklistoffset] ?? 0)
    }
  }

  /// What is known of the nearest base that is known.
  private func nature(
    of index: Int, numbers: [Address: Int], bases: [Address], natures: [KnownType?]
  ) -> KnownType? {
    var index = index
    for _ in 0..<256 {
      if let nature = natures[index] { return nature }
      guard let base = numbers[bases[index]] else { break }
      index = base
    }
    return nil
  }

  private func traits(of address: Address, number: Int, kind: ObjectKind) -> TypeTraits {
    let layout = inferior.layout
    guard let type = try? PyTypeObject(at: address, in: inferior) else {
      return TypeTraits(
        number: UInt32(number), kind: .generic, flags: [], basicSize: layout.object.size, itemSize: 0, dictOffset: 0,
        preheaderSize: 0)
    }
    let flags = type.flags(in: inferior)
    let managed = !flags.isDisjoint(with: [.managedDict, .managedWeakref])
    return TypeTraits(
      number: UInt32(number), kind: kind, flags: flags, basicSize: type[layout.type.tp_basicsize],
      itemSize: type[layout.type.tp_itemsize], dictOffset: type[layout.type.tp_dictoffset],
      preheaderSize: (flags.contains(.gc) ? layout.gcHead.size : 0) + (managed ? 16 : 0))
  }

  /// The fields in `tp_members` that hold objects (`_Py_T_OBJECT` is 6, `Py_T_OBJECT_EX` 16).
  private func members(of address: Address) -> [TypeMember] {
    let layout = inferior.layout.memberDefinition
    guard let type = try? PyTypeObject(at: address, in: inferior) else { return [] }
    var members: [TypeMember] = []
    var definition = type[inferior.layout.type.tp_members]
    while members.count < 1024, !definition.isNull,
      let record = try? inferior.memory.record(at: definition, size: layout.size), !record[layout.name].isNull
    {
      let offset = record[layout.offset]
      if [6, 16].contains(record[layout.type]), offset > 0, offset < 1 << 28 {
        let name = (try? inferior.memory.cString(at: record[layout.name], limit: 1024)) ?? Array("?".utf8)
        members.append(TypeMember(name: String(decoding: name, as: UTF8.self), offset: offset))
      }
      definition = definition + layout.size
    }
    return members
  }
}

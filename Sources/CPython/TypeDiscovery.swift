package import MemoryImage

/// Finds every type object of a process, starting from `type` alone.
///
/// A type object is an object whose type is `type` or a metaclass, and a metaclass is itself such an object: memory is
/// searched for objects of the metaclasses known so far until no new one appears.
package struct TypeDiscovery: Sendable {
  private let inferior: Inferior
  private let threadCount: Int

  /// More rounds than any chain of metaclasses of metaclasses needs.
  private static let roundLimit = 16
  /// More types than any process has.
  private static let typeLimit = 1 << 20

  /// A search in a process whose types are not known yet.
  package init(_ inferior: Inferior, threadCount: Int) {
    self.inferior = inferior
    self.threadCount = threadCount
  }

  /// The table of all types, in the order of their addresses.
  package func types(from typeObject: Address) -> TypeTable {
    var found: Set<Address> = [typeObject]
    var searched: Set<Address> = []
    var metatypes = [typeObject]
    let chunks = inferior.addressSpace.chunks()
    for _ in 0..<Self.roundLimit where !metatypes.isEmpty {
      let needles = TypeAddressSet(metatypes.map { ($0, 0) })
      searched.formUnion(metatypes)
      let results = concurrentMap(count: chunks.count, threadCount: threadCount) { index in
        typeObjects(in: chunks[index], of: needles)
      }
      for address in results.joined() where found.count < Self.typeLimit { found.insert(address) }
      metatypes = found.filter { !searched.contains($0) && isMetatype($0) }.sorted()
    }
    return TypeTable(describe(found.sorted()))
  }

  private func typeObjects(in chunk: MemoryChunk, of metatypes: TypeAddressSet) -> [Address] {
    var result: [Address] = []
    chunk.forEachHeader(typeIn: metatypes) { address, _ in
      guard let type = try? PyTypeObject(at: address, in: inferior),
        Liveness.isReferenceCountValid(of: address, in: inferior),
        type.invalidReason(in: inferior) == nil,
        type[inferior.layout.type.tp_basicsize] >= inferior.layout.object.size,
        hasPlausibleName(type)
      else { return }
      result.append(address)
    }
    return result
  }

  /// A name is short printable text, or lies in a part of the program's file that the dump left out.
  private func hasPlausibleName(_ type: PyTypeObject) -> Bool {
    let pointer = type[inferior.layout.type.tp_name]
    guard inferior.memory.isMapped(pointer, byteCount: 1) else { return true }
    guard let name = try? inferior.memory.cString(at: pointer, limit: 1024), !name.isEmpty else { return false }
    return name.allSatisfy { $0 > 32 || $0 == 32 } && !name.contains(127)
  }

  private func isMetatype(_ address: Address) -> Bool {
    (try? PyTypeObject(at: address, in: inferior))?.flags(in: inferior).contains(.typeSubclass) ?? false
  }
}

extension TypeDiscovery {
  private func describe(_ addresses: [Address]) -> [TypeInfo] {
    let numbers = Dictionary(addresses.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let names = addresses.map { TypeName(of: $0, in: inferior) }
    let bases = addresses.map { address -> Address in
      (try? PyTypeObject(at: address, in: inferior))?[inferior.layout.type.tp_base] ?? .null
    }
    let ownKinds = zip(addresses, names).map { address, name -> ObjectKind? in
      name.isStatic ? ObjectKind(staticTypeName: name.full) : nil
    }
    return addresses.indices.map { index in
      let kind = kind(of: index, numbers: numbers, bases: bases, ownKinds: ownKinds)
      return TypeInfo(
        address: addresses[index], name: names[index].full, shortName: names[index].short, base: bases[index],
        traits: traits(of: addresses[index], number: index, kind: kind),
        members: ownKinds[index] == nil ? members(of: addresses[index]) : [])
    }
  }

  /// The kind of the nearest base that has one.
  private func kind(
    of index: Int, numbers: [Address: Int], bases: [Address], ownKinds: [ObjectKind?]
  ) -> ObjectKind {
    var index = index
    for _ in 0..<256 {
      if let kind = ownKinds[index] { return kind }
      guard let base = numbers[bases[index]] else { break }
      index = base
    }
    return .generic
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

  /// The fields of `tp_members` that hold objects (`_Py_T_OBJECT` is 6, `Py_T_OBJECT_EX` 16).
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

package import MemoryImage

/// The data of a type that walking its instances needs besides `TypeTraits`: plain numbers, made once for each type.
package struct TraversalPlan: Sendable, BitwiseCopyable {
  /// The address of the type object.
  package let type: Address
  /// Whether `tp_traverse` visits the type. The instances of a type made at run time visit it, in C since 3.9
  /// (bpo-40217), unless they inherited their traversal from a static type.
  package let visitsType: Bool
  /// Whether `tp_traverse` visits what an instance holds in the structure of the nearest base written in C. If that base
  /// has no `tp_traverse`, the instances of a class derived from it visit only what the class adds (`subtype_traverse`).
  package let visitsStructure: Bool
  /// Whether an instance refers only to its type, as numbers and strings do.
  package let isLeaf: Bool
  /// The keys that instances share (`ht_cached_keys`), null if they share none.
  package let sharedKeys: Address
  /// `tp_weaklistoffset`: the offset of an instance's weak references, which are not references of the instance; 0 for none.
  package let weakListOffset: Int
  /// The fields named by the type and its bases: indices in `TypeTable.memberOffsets`.
  package var members: Range<Int32> { firstMember..<endOfMembers }
  let firstMember: Int32
  let endOfMembers: Int32
  /// The fields of the structure with which instances begin: indices in `TypeTable.fields`.
  package var fields: Range<Int32> { firstField..<endOfFields }
  let firstField: Int32
  let endOfFields: Int32
  /// The end of the unknown part of an instance, which belongs to the nearest base written in C; 0 if all parts are
  /// known. It begins after the object's head. Items of variable size follow it.
  package let unknownEnd: Int
}

/// Makes the plans of a type table together, as a type's plan includes those of its bases.
struct TypeWalkMaker {
  private let types: [TypeInfo]
  private let headSize: Int
  /// Whether instances visit types that C code made at run time: since 3.9, where these types have a module.
  private let areMadeTypesVisited: Bool
  private let numbers: [Address: Int]
  private let classTraversal: Address
  /// All members so far, type by type.
  private(set) var members: [TypeMember] = []
  /// All fields of structures so far, type by type.
  private(set) var fields: [StructureField] = []

  init(_ types: [TypeInfo], layout: Layout?) {
    self.types = types
    headSize = layout?.object.size ?? 0
    areMadeTypesVisited = layout?.type.ht_module != nil
    numbers = Dictionary(types.enumerated().map { ($1.address, $0) }, uniquingKeysWith: { first, _ in first })
    // `subtype_traverse` has no symbol here. It is the traversal of most types whose instances share keys.
    var counts: [Address: Int] = [:]
    for type in types where !type.sharedKeys.isNull && !type.traversal.isNull {
      counts[type.traversal, default: 0] += 1
    }
    classTraversal = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? .null
  }

  mutating func walk(of type: TypeInfo) -> TraversalPlan {
    let start = members.count
    for base in chain(of: type).reversed() {
      // One field may have two names, and the `__dict__` may also be a member.
      for member in types[base].members where member.offset != type.traits.dictOffset && hasRoom(after: start) {
        if !members[start...].contains(where: { $0.offset == member.offset }) { members.append(member) }
      }
    }
    let firstField = fields.count
    // The `__dict__` is given as that of every instance is.
    fields += type.structure?.fields.filter { $0.place.offset != type.traits.dictOffset } ?? []
    let flags = type.traits.flags
    return TraversalPlan(
      type: type.address,
      visitsType: flags.isSuperset(of: [.heapType, .gc]) && isVisited(type),
      visitsStructure: nearestBaseInC(of: type).map { visitsStructure(types[$0]) } ?? true,
      isLeaf: type.traits.kind.isLeaf && type.traits.dictOffset == 0 && flags.isDisjoint(with: .managedDict)
        && start == members.count,
      sharedKeys: type.sharedKeys, weakListOffset: type.weakListOffset, firstMember: Int32(start),
      endOfMembers: Int32(members.count), firstField: Int32(firstField), endOfFields: Int32(fields.count),
      unknownEnd: unknownEnd(of: type))
  }

  /// More named fields than any type with its bases has, and than all types of a process have: limits for hostile dumps,
  /// whose types may all have the same fields.
  private static let memberLimit = 2048
  private static let totalLimit = 1 << 22

  /// Whether there is room for another member of the type whose members begin at `start`.
  private func hasRoom(after start: Int) -> Bool {
    members.count < Self.totalLimit && members.count - start < Self.memberLimit
  }

  /// Whether instances of a type made at run time visit it. Those of a class leave this to the traversal of the base written
  /// in C if that was also made at run time (`subtype_traverse`, Objects/typeobject.c), and some of these do not do it.
  private func isVisited(_ type: TypeInfo) -> Bool {
    guard isClass(type) else {
      if let structure = type.structure, structureOwner(of: type) == nil { return structure.visitsType }
      return areMadeTypesVisited && !takesOverTraversal(type)
    }
    guard areMadeTypesVisited, let base = nearestBaseInC(of: type).map({ types[$0] }),
      base.traits.flags.isSuperset(of: [.heapType, .gc]), let structure = base.structure
    else { return true }
    return structure.visitsType
  }

  /// Whether the traversal of a type written in C visits the fields of the structure with which its instances begin. If the
  /// structure is that of a base, and the traversal another one than the base's, it is taken to visit only what the type
  /// adds, as that of pybind11's static properties does.
  private func visitsStructure(_ type: TypeInfo) -> Bool {
    guard !type.traversal.isNull else { return false }
    return structureOwner(of: type).map { types[$0].traversal == type.traversal } ?? true
  }

  /// The index in `types` of the base whose structure the instances of a type begin with; nil if it is the type's own.
  private func structureOwner(of type: TypeInfo) -> Int? {
    guard let structure = type.structure else { return nil }
    return chain(of: type).dropFirst().last { types[$0].structure?.name == structure.name }
  }

  /// Whether the type has the traversal of one of its static bases, which does not know of types made at run time.
  private func takesOverTraversal(_ type: TypeInfo) -> Bool {
    chain(of: type).contains { types[$0].traversal == type.traversal && !types[$0].traits.flags.contains(.heapType) }
  }

  private func unknownEnd(of type: TypeInfo) -> Int {
    guard type.traits.kind.isWalkedByWords, let place = nearestBaseInC(of: type) else { return 0 }
    let base = types[place]
    let end = base.traits.basicSize
    return end > headSize || base.traits.itemSize > 0 ? end : 0
  }

  /// The index in `types` of the type itself or of the nearest of its bases that no `class` statement made.
  private func nearestBaseInC(of type: TypeInfo) -> Int? { chain(of: type).first { !isClass(types[$0]) } }

  /// Whether a `class` statement made the type, so that all its fields are named.
  private func isClass(_ type: TypeInfo) -> Bool {
    type.traits.flags.contains(.heapType) && !type.traversal.isNull && type.traversal == classTraversal
  }

  /// The indices in `types` of the type and its bases, at most 256; the chain ends where it loops.
  private func chain(of type: TypeInfo) -> [Int] {
    var chain = [Int(type.traits.number)]
    // One base is remembered, and replaced each time the chain has doubled. Every cycle leads back to it (Brent).
    var met = chain[0]
    while chain.count < 256, let next = numbers[types[chain[chain.count - 1]].base], next != met {
      if chain.count & (chain.count - 1) == 0 { met = next }
      chain.append(next)
    }
    return chain
  }
}

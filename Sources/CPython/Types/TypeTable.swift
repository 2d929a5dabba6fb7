package import MemoryImage

/// A type object of the inferior, with what is known of it.
package struct TypeInfo: Sendable {
  /// The address of the type object.
  package let address: Address
  /// `module.qualname`, or the bare name for `builtins`; what `repr` writes between `<class '` and `'>`.
  package let name: String
  /// The name without its module.
  package let shortName: String
  /// The address of its base type (`tp_base`), null for `object`.
  package let base: Address
  /// What its instances need to be read.
  package let traits: TypeTraits
  /// Whether it is one of the interpreter's own static types: see `BuiltinTypes`.
  package let isBuiltin: Bool
  /// Whether its instances are those of its traits' kind itself, not of a subclass.
  package let isOfOwnKind: Bool
  /// The fields that `tp_members` of the type itself names, `__slots__` among them.
  package let members: [TypeMember]
  /// The structure its instances begin with, where that is all that is known of them (`ObjectKind.structure`).
  package let structure: StructureLayout?
  /// The function that tells the collector what an instance refers to (`tp_traverse`), null if there is none.
  let traversal: Address
  /// The keys that its instances share (`ht_cached_keys`), null if they share none.
  let sharedKeys: Address
  /// `tp_weaklistoffset`.
  let weakListOffset: Int
}

/// A field of an instance that holds an object, by name (`PyMemberDef` of the kinds `Py_T_OBJECT_EX` and `_Py_T_OBJECT`).
package struct TypeMember: Sendable, Hashable {
  /// The attribute's name.
  package let name: String
  /// Where the pointer lies in the instance, in bytes.
  package let offset: Int
}

/// All type objects of the inferior, numbered in the order of their addresses.
package final class TypeTable: Sendable {
  /// The types by number.
  package let types: [TypeInfo]
  /// The interpreter's own static types.
  private let builtins: BuiltinTypes
  /// The bytes of an `int`'s digit (`sizeof(digit)`): 4 for 30 bits, or 2 for 15, as `--enable-big-digits=15` has them.
  package let digitSize: Int
  /// Their traits by number, side by side for the loops that need nothing else.
  package let traits: [TypeTraits]
  /// What walking their instances needs, by number.
  package let walks: [TraversalPlan]
  /// Where the members of all types lie in their instances, in bytes, and their names: `TraversalPlan.members` are places here.
  package let memberOffsets: [Int]
  package let memberNames: [String]
  /// `lookdict`, the function that looks keys up which may be anything; null where dicts name no function.
  package let generalLookup: Address
  /// The fields of all structures, type by type, and their names: `TraversalPlan.fields` are places here.
  package let fields: [StructurePlace]
  package let fieldNames: [String]
  /// What the C code of modules keeps for them, by the modules' names.
  let moduleStates: [String: ModuleStateLayout]
  /// The set that the scanning kernel compares with.
  package let addresses: TypeAddressSet

  /// A table of types whose numbers are their places in `types`.
  ///
  /// - Parameters:
  ///   - layout: where things lie in the types; none for an empty table.
  ///   - generalLookup: see the property.
  package init(_ types: [TypeInfo], layout: Layout? = nil, generalLookup: Address = .null) {
    self.generalLookup = generalLookup
    var maker = TypeWalkMaker(types, layout: layout)
    walks = types.map { maker.walk(of: $0) }
    memberOffsets = maker.members.map(\.offset)
    memberNames = maker.members.map(\.name)
    fields = maker.fields.map(\.place)
    fieldNames = maker.fields.map(\.name)
    let builtins = BuiltinTypes(types)
    self.builtins = builtins
    digitSize = builtins.number(of: "int").map { types[$0].traits.itemSize } == 2 ? 2 : 4
    moduleStates = layout.map { ModuleStateLayout.table(of: $0.version) } ?? [:]
    self.types = types
    self.traits = types.map(\.traits)
    self.addresses = TypeAddressSet(types.enumerated().map { ($1.address, UInt32($0)) })
  }

  /// The number of the type object at `address`, or nil if there is none.
  package func number(of address: Address) -> Int? {
    addresses.number(of: address).map(Int.init)
  }

  /// The type object at `address`, or nil if there is none.
  package func type(at address: Address) -> TypeInfo? {
    number(of: address).map { types[$0] }
  }

  /// The interpreter's own static type with the given name, whatever other types are called so; nil if there is none.
  package func builtin(_ name: String) -> TypeInfo? {
    builtins.number(of: name).map { types[$0] }
  }

  /// All types that `name` names: by `module.qualname`, or by the bare name.
  package func types(named name: String) -> [TypeInfo] {
    types.filter { $0.name == name || $0.shortName == name }
  }
}

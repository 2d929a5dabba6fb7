package import MemoryImage

/// A type object of the inferior, with what is known of it.
package struct TypeInfo: Sendable {
  /// The address of the type object.
  package let address: Address
  /// `module.qualname`, or the bare name for `builtins`; the text of `repr` between `<class '` and `'>`.
  package let name: String
  /// The name without its module.
  package let shortName: String
  /// The address of its base type (`tp_base`), null for `object`.
  package let base: Address
  /// What reading its instances needs.
  package let traits: TypeTraits
  /// Whether it is one of the interpreter's own static types: see `BuiltinTypes`.
  package let isBuiltin: Bool
  /// Whether its instances have exactly the kind of its traits, and are not those of a subclass.
  package let isOfOwnKind: Bool
  /// The fields in `tp_members` of the type itself, including `__slots__`.
  package let members: [TypeMember]
  /// The structure with which its instances begin, if nothing else is known of them (`ObjectKind.structure`).
  package let structure: StructureLayout?
  /// The function with which the collector visits an instance's references (`tp_traverse`), null if there is none.
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
  /// The offset of the pointer in the instance, in bytes.
  package let offset: Int
}

/// All type objects of the inferior, numbered in the order of their addresses.
package final class TypeTable: Sendable {
  /// The types by number.
  package let types: [TypeInfo]
  /// The interpreter's own static types.
  private let builtins: BuiltinTypes
  /// The size of an `int`'s digit in bytes (`sizeof(digit)`): 4 for 30 bits, or 2 for 15 with `--enable-big-digits=15`.
  package let digitSize: Int
  /// The types' traits by number, contiguous for loops that need nothing else.
  package let traits: [TypeTraits]
  /// The plans for walking the types' instances, by number.
  package let walks: [TraversalPlan]
  /// The offsets of all types' members in their instances, in bytes, and their names; `TraversalPlan.members` are indices.
  package let memberOffsets: [Int]
  package let memberNames: [String]
  /// `lookdict`, the function that looks up keys of any type; null in versions where dicts name no function.
  package let generalLookup: Address
  /// The fields of all structures, type by type, and their names; `TraversalPlan.fields` are indices.
  package let fields: [StructurePlace]
  package let fieldNames: [String]
  /// The states that the C code of modules keeps, by the modules' names.
  let moduleStates: ModuleStateTable
  /// The set of addresses that the scanning kernel compares with.
  package let addresses: TypeAddressSet

  /// A table of types whose numbers are their indices in `types`.
  ///
  /// - Parameters:
  ///   - layout: the layout of the types; nil for an empty table.
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
    moduleStates = layout.map { ModuleStateTable.of($0) } ?? ModuleStateTable([])
    self.types = types
    self.traits = types.map(\.traits)
    self.addresses = TypeAddressSet(types.enumerated().map { ($1.address, UInt32($0)) })
  }

  /// The number of the type object at `address`; nil if there is none.
  package func number(of address: Address) -> Int? {
    addresses.number(of: address).map(Int.init)
  }

  /// The type object at `address`; nil if there is none.
  package func type(at address: Address) -> TypeInfo? {
    number(of: address).map { types[$0] }
  }

  /// The interpreter's own static type with the given name, even if other types have the same name; nil if there is none.
  package func builtin(_ name: String) -> TypeInfo? {
    builtins.number(of: name).map { types[$0] }
  }

  /// All types with the name `name`, either as `module.qualname` or as the bare name.
  package func types(named name: String) -> [TypeInfo] {
    types.filter { $0.name == name || $0.shortName == name }
  }
}

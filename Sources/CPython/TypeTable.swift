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
  /// The fields that `tp_members` of the type itself names, `__slots__` among them.
  package let members: [TypeMember]
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
  /// Their traits by number, side by side for the loops that need nothing else.
  package let traits: [TypeTraits]
  /// The set that the scanning kernel compares with.
  package let addresses: TypeAddressSet

  /// A table of types whose numbers are their places in `types`.
  package init(_ types: [TypeInfo]) {
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

  /// All types that `name` names: by `module.qualname`, or by the bare name.
  package func types(named name: String) -> [TypeInfo] {
    types.filter { $0.name == name || $0.shortName == name }
  }

  /// The type and its bases (`tp_base` after `tp_base`), at most 256 of them.
  package func baseChain(of type: TypeInfo) -> [TypeInfo] {
    var chain = [type]
    while chain.count < 256, let next = chain.last.flatMap({ self.type(at: $0.base) }) { chain.append(next) }
    return chain
  }
}

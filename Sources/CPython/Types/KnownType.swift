import MemoryImage

/// What is known of a type by its name: the kind of its objects, and their structure if the kind is `.structure`.
struct KnownType {
  let kind: ObjectKind
  let structure: StructureLayout?

  /// What is known of the type at `address` itself; nil if it takes everything from its base, as a class does.
  ///
  /// A static type states its full name, and so does one that C code makes at run time (`PyType_FromSpec`).
  init?(of address: Address, name: TypeName, structures: StructureTable, in inferior: Inferior) {
    guard name.isFromC else { return nil }
    let basicSize = (try? PyTypeObject(at: address, in: inferior))?[inferior.layout.type.tp_basicsize]
    if let kind = ObjectKind(staticTypeName: name.inC), (inferior.layout.basicSize(of: kind) ?? basicSize) == basicSize {
      self.init(kind: kind, structure: nil)
      return
    }
    guard let structure = structures.structure(of: name.inC, size: basicSize) else { return nil }
    self.init(kind: .structure, structure: structure)
  }

  private init(kind: ObjectKind, structure: StructureLayout?) {
    self.kind = kind
    self.structure = structure
  }
}

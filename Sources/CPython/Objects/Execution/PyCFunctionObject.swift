package import MemoryImage

/// A `builtin_function_or_method` in the inferior's memory.
///
/// Mirrors `PyCFunctionObject` in CPython's `Include/cpython/methodobject.h`.
package struct PyCFunctionObject: PythonObject {
  package let address: Address
  /// The definition (`m_ml`), the object or module it is bound to (`m_self`), the name of its module (`m_module`).
  package let definition: Address
  package let instance: Address
  package let module: Address
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.builtinFunction
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    definition = record[layout.m_ml]
    instance = record[layout.m_self]
    module = record[layout.m_module]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard !definition.isNull else { return .nullPointer }
    for pointer in [instance, module] where !pointer.isNull && inferior.object(at: pointer) == nil {
      return .invalidReferent
    }
    return nil
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    body(instance, .visited, "m_self")
    body(module, .visited, "m_module")
    // Only the subtype `builtin_method` has the field, which is after the structure.
    if let field = inferior.layout.builtinFunction.mm_class, type.basicSize >= field.bytes + 8 {
      body((try? inferior.memory.load(at: address + field.bytes)) ?? .null, .visited, "mm_class")
    }
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    // A module's function is bound to the module.
    let owner = inferior.object(at: instance).flatMap { $0.type.kind == .module ? nil : $0 }
    let suffix = owner.map { " of \(inferior.types.types[Int($0.type.number)].name) object" } ?? ""
    return .described(
      "builtin_function_or_method \(ObjectShape.quoted(name(in: inferior)))\(suffix)",
      fields: [.init("self", object: instance), .init("module", object: module)])
  }

  /// `__qualname__`, as `meth_get__qualname__` builds it, with the type that the function is bound to or the type of the
  /// object it is bound to.
  func qualifiedName(in inferior: Inferior) -> String? {
    guard let name = name(in: inferior) else { return nil }
    guard let owner = inferior.object(at: instance), owner.type.kind != .module else { return name }
    let type = owner.type.kind == .type ? inferior.types.type(at: instance) : inferior.types.types[Int(owner.type.number)]
    return type.map { "\($0.shortName).\(name)" } ?? name
  }

  /// The name in the definition (`ml_name`). It is in the program's file, which not every dump has.
  package func name(in inferior: Inferior) -> String? {
    let field = definition + inferior.layout.builtinFunction.ml_name.bytes
    guard let pointer: Address = try? inferior.memory.load(at: field),
      let bytes = try? inferior.memory.cString(at: pointer, limit: 256)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}

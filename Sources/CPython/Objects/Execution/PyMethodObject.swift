package import MemoryImage

/// A bound `method` in the inferior's memory.
///
/// Mirrors `PyMethodObject` in CPython's `Include/cpython/classobject.h`.
package struct PyMethodObject: PythonObject {
  package let address: Address
  /// The function (`im_func`) and the object it is bound to (`im_self`).
  package let function: Address
  package let instance: Address
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.method
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    function = record[layout.im_func]
    instance = record[layout.im_self]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard !function.isNull, !instance.isNull else { return .nullPointer }
    return inferior.object(at: function) == nil || inferior.object(at: instance) == nil ? .invalidReferent : nil
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    body(function, .visited, "im_func")
    body(instance, .visited, "im_self")
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let name = inferior.qualifiedName(ofCallable: function).map { ObjectShape.quoted($0) }
    let described = name ?? "of \(inferior.typeName(of: function).map { "a \($0)" } ?? "?")"
    return .described("method \(described)", fields: [.init("self", object: instance), .init("func", object: function)])
  }
}

extension Inferior {
  /// The `__qualname__` of a callable, or its `__name__` if it has no other; nil if it has neither, or is written in C in
  /// an unknown way.
  func qualifiedName(ofCallable address: Address) -> String? {
    guard let header = object(at: address) else { return nil }
    switch header.type.kind {
    case .function: return (try? PyFunctionObject(header, in: self))?.qualifiedName(in: self)
    case .builtinFunction: return (try? PyCFunctionObject(header, in: self))?.qualifiedName(in: self)
    case .type: return types.type(at: address)?.shortName
    case .method:
      // The name of its function, unless that is a method again.
      let inner = (try? PyMethodObject(header, in: self))?.function ?? .null
      return isObject(inner, ofKind: .method) ? nil : qualifiedName(ofCallable: inner)
    case .structure:
      guard let name = structureField("d_name", of: address), let own = string(at: name) else { return nil }
      return structureField("d_type", of: address).flatMap { types.type(at: $0)?.shortName }.map { "\($0).\(own)" } ?? own
    default:
      let attributes = attributes(of: address)
      return (attributes["__qualname__"] ?? attributes["__name__"]).flatMap { isObject($0, ofKind: .str) ? string(at: $0) : nil }
    }
  }
}

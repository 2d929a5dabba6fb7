package import MemoryImage

/// A bound `method` as it lay in the inferior's memory.
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
    let target = inferior.object(at: function)
      .flatMap { $0.type.kind == .function ? try? PyFunctionObject($0, in: inferior) : nil }
    let name = ObjectShape.quoted(target?.qualifiedName(in: inferior))
    return .described("method \(name)", fields: [.init("self", object: instance), .init("func", object: function)])
  }
}

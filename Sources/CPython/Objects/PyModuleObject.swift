package import MemoryImage

/// A `module` as it lay in the inferior's memory.
///
/// Mirrors `PyModuleObject` in CPython's `Include/internal/pycore_moduleobject.h`.
package struct PyModuleObject: PythonObject {
  package let address: Address
  /// The module's variables (`md_dict`), and its name (`md_name`).
  package let dict: Address
  package let name: Address
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.module
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    dict = record[layout.md_dict]
    name = record[layout.md_name]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    // A module that was never initialised has neither.
    if !dict.isNull && !inferior.isObject(dict, ofKind: .dict) { return .wrongReferentType }
    return !name.isNull && inferior.object(at: name) == nil ? .invalidReferent : nil
  }

  package func forEachReferent(in inferior: Inferior, _ body: (Address) -> Void) {
    if !dict.isNull { body(dict) }
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .described("module \(ObjectShape.quoted(inferior.string(at: name)))", fields: [.init("dict", object: dict)])
  }
}

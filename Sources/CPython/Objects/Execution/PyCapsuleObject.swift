package import MemoryImage

/// A `PyCapsule`, which holds a pointer of C code and its name, in the inferior's memory.
///
/// Mirrors `PyCapsule` in CPython's `Objects/capsule.c`.
package struct PyCapsuleObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.capsule.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? { nil }

  /// Calls `body` with what the capsule's C code shows to the collector. Only CPython's own modules can have such code
  /// (`_PyCapsule_SetTraverse` is private), and it visits a type, the first word at the pointer: `sock_capi_traverse` in
  /// Modules/socketmodule.c, and since 3.14 `curses_capi_traverse` in Modules/_cursesmodule.c.
  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.capsule
    guard let traverse = layout.traverse_func, !record[traverse].isNull,
      let held = try? inferior.memory.load(Address.self, at: record[layout.pointer])
    else { return }
    body(held, .visited, "pointer")
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  /// As CPython writes it: `<capsule object "_socket.CAPI" at 0x…>`, with the address that it points at.
  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let quoted = name(in: inferior).map { "\"\($0)\"" } ?? "NULL"
    return .described("capsule object \(quoted) pointer=\(record[inferior.layout.capsule.pointer])", fields: [])
  }

  private func name(in inferior: Inferior) -> String? {
    (try? inferior.memory.cString(at: record[inferior.layout.capsule.name], limit: 256)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}

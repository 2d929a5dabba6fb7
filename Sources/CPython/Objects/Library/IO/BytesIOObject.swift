package import MemoryImage

/// An `io.BytesIO` in the inferior's memory: a `bytes` that it writes to as long as nothing else refers to it.
///
/// Mirrors `bytesio` in CPython's `Modules/_io/bytesio.c`.
package struct BytesIOObject: PythonObject {
  package let address: Address
  /// The `bytes` (`buf`), null after closing.
  package let buffer: Address
  /// The number of its bytes that belong to the file (`string_size`), and the file's position (`pos`).
  package let count: Int
  package let position: Int
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.bytesIO
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    buffer = record[layout.buf]
    count = record[layout.string_size]
    position = record[layout.pos]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard count >= 0, position >= 0 else { return .sizeOutOfRange }
    guard !buffer.isNull else { return nil }
    return inferior.isObject(buffer, ofKind: .bytes) ? nil : .wrongReferentType
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    body(buffer, inferior.layout.bytesIO.bufferKind, "buf")
  }

  /// Bytes to which something else refers too are not counted (`SHARED_BUF`).
  package func byteCount(in inferior: Inferior) -> Int {
    let rule = inferior.layout.object.referenceCount
    guard let bytes = inferior.object(at: buffer), bytes.type.kind == .bytes,
      let word: UInt64 = try? inferior.memory.load(at: buffer + inferior.layout.object.ob_refcnt.bytes),
      Liveness.referenceCount(word, rule: rule) == 1
    else { return type.basicSize }
    return type.basicSize &+ bytes.byteCount(in: inferior)
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    guard !buffer.isNull else { return .described("_io.BytesIO closed", fields: []) }
    // The `bytes` has room for more than was written.
    let start = buffer + inferior.layout.bytes.ob_sval.bytes
    let shown = try? inferior.memory.array(of: UInt8.self, at: start, count: max(0, min(count, limit)))
    let value = ObjectShape.bytes(prefix: "b", bytes: shown.map(Array.init) ?? [], length: count, suffix: "")
    return .described(
      "_io.BytesIO size=\(count) position=\(position)", fields: [.init("value", shape: value)])
  }
}

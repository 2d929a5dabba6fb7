package import MemoryImage

/// An `io.BufferedReader`, `BufferedWriter` or `BufferedRandom` in the inferior's memory.
///
/// Mirrors `buffered` in CPython's `Modules/_io/bufferedio.c`.
package struct BufferedObject: PythonObject {
  package let address: Address
  /// The underlying file (`raw`).
  package let raw: Address
  /// The buffer (`buffer`), null after closing, and its size in bytes.
  package let buffer: Address
  package let bufferSize: Int
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.buffered
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    raw = record[layout.raw]
    buffer = record[layout.buffer]
    bufferSize = record[layout.buffer_size]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard bufferSize >= 0 else { return .sizeOutOfRange }
    guard raw.isAligned(to: 8) else { return .misalignedPointer }
    // Parts of a large buffer that was never used may be missing from the dump.
    return buffer.isNull || inferior.memory.isMapped(buffer, byteCount: 1) ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) { body(raw, .visited, "raw") }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize &+ (buffer.isNull ? 0 : bufferSize) }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let name = FileName(of: address, in: inferior)
    return .described(
      inferior.types.types[Int(type.number)].name + name.suffix,
      fields: [
        .init("raw", object: raw), .init("buffer_size", bufferSize),
      ])
  }
}

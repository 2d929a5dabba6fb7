package import MemoryImage

/// An `mmap.mmap` in the inferior's memory.
///
/// Mirrors `mmap_object` in CPython's `Modules/mmapmodule.c`.
package struct MmapObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.mmap.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.mmap
    return record[layout.length] >= 0 && record[layout.pos] >= 0 ? nil : .sizeOutOfRange
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  /// The size of the object alone; the mapped memory is not counted.
  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.mmap
    if record[layout.data].isNull { return .described("mmap.mmap closed", fields: []) }
    return .described(
      "mmap.mmap length=\(record[layout.length]) pos=\(record[layout.pos]) fd=\(record[layout.fd]) data=0x"
        + String(record[layout.data].rawValue, radix: 16), fields: [])
  }
}

package import MemoryImage

/// A piece of the data that the iterators of one `itertools.tee` share, in the inferior's memory.
///
/// Mirrors `teedataobject` in CPython's `Modules/itertoolsmodule.c`.
package struct TeeDataObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.teeData.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.teeData
    let room = (layout.size - layout.values.bytes) / 8
    guard (0...room).contains(Int(record[layout.numread])) else { return .sizeOutOfRange }
    return record[layout.it].isAligned(to: 8) && record[layout.nextlink].isAligned(to: 8) ? nil : .misalignedPointer
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.teeData
    record.give(layout.it, .visited, as: "it", to: body)
    inferior.forEachItem(at: address + layout.values.bytes, count: count(in: inferior), body)
    record.give(layout.nextlink, .visited, as: "nextlink", to: body)
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let values = address + inferior.layout.teeData.values.bytes
    let count = count(in: inferior)
    return .sequence(
      typeName: "itertools._tee_dataobject", open: "_tee_dataobject(",
      items: inferior.pointers(at: values, count: count, limit: limit), count: count, close: ")")
  }

  private func count(in inferior: Inferior) -> Int {
    let layout = inferior.layout.teeData
    return max(0, min(Int(record[layout.numread]), (layout.size - layout.values.bytes) / 8))
  }
}

package import MemoryImage

/// A `pickle.Unpickler` in the inferior's memory: a stack, and an array of the objects it has read.
///
/// Mirrors `UnpicklerObject` in CPython's `Modules/_pickle.c`.
package struct UnpicklerObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  /// A greater size than any memo, array of marks, name of an encoding, or line has, in bytes.
  private static let largest = 1 << 40
  private static let longestText = 1 << 16

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.unpickler.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.unpickler
    let count = record[layout.memo_size]
    guard count >= 0, count < Self.largest / 8, (0..<Self.largest / 8).contains(record[layout.marks_size]) else {
      return .sizeOutOfRange
    }
    guard record[layout.memo].isAligned(to: 8), record[layout.stack].isAligned(to: 8) else { return .misalignedPointer }
    guard !record[layout.memo].isNull else { return nil }
    return inferior.memory.isMapped(record[layout.memo], byteCount: count * 8) ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.unpickler
    record.give(layout.readline, .visited, as: "readline", to: body)
    record.give(layout.readinto, .visited, as: "readinto", to: body)
    record.give(layout.read, .visited, as: "read", to: body)
    record.give(layout.peek, .visited, as: "peek", to: body)
    record.give(layout.stack, .visited, as: "stack", to: body)
    record.give(layout.persistent_load, .visited, as: "persistent_load", to: body)
    record.give(layout.persistent_load_attr, .visited, as: "persistent_load_attr", to: body)
    record.give(layout.buffers, .visited, as: "buffers", to: body)
    let count = record[layout.memo_size]
    guard count > 0, !record[layout.memo].isNull,
      let memo = try? inferior.memory.array(of: Address.self, at: record[layout.memo], count: count)
    else { return }
    for index in 0..<memo.count { body(memo[index], layout.memoKind, .item(index)) }
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.unpickler
    var size = type.basicSize
    if !record[layout.memo].isNull { size = size &+ record[layout.memo_size] &* 8 }
    if !record[layout.marks].isNull { size = size &+ record[layout.marks_size] &* 8 }
    for field in [layout.input_line, layout.encoding, layout.errors] where !record[field].isNull {
      size = size &+ ((try? inferior.memory.cString(at: record[field], limit: Self.longestText))?.count ?? 0) &+ 1
    }
    return size
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.unpickler
    let fields = [("read", record[layout.read]), ("stack", record[layout.stack])]
    return .described("_pickle.Unpickler", fields: fields.map { .init($0.0, object: $0.1) })
  }
}

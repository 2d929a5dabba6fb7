package import MemoryImage

/// A `memoryview` in the inferior's memory, followed by shape, strides and suboffsets.
///
/// Mirrors `PyMemoryViewObject` in CPython's `Include/cpython/memoryobject.h`.
package struct PyMemoryViewObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let count: Int
  private let type: TypeTraits

  /// `_Py_MEMORYVIEW_RELEASED` and `PyBUF_MAX_NDIM`.
  private static let released: Int32 = 1
  private static let mostDimensions: Int32 = 64

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.memoryView.size)
    count = record[inferior.layout.object.ob_size]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.memoryView
    guard (0...3 * Int(Self.mostDimensions)).contains(count), (0...Self.mostDimensions).contains(record[layout.ndim]),
      record[layout.len] >= 0, record[layout.itemsize] >= 0
    else { return .sizeOutOfRange }
    guard inferior.memory.isMapped(address, byteCount: byteCount(in: inferior)) else { return .unmapped }
    let buffer = record[layout.mbuf]
    return buffer.isNull || inferior.object(at: buffer) != nil ? nil : .invalidReferent
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.memoryView
    record.give(layout.mbuf, .visited, as: "mbuf", to: body)
    record.give(layout.obj, .held, as: "view.obj", to: body)
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize &+ count &* type.itemSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.memoryView
    if record[layout.flags] & Self.released != 0 { return .described("released memory", fields: []) }
    let format = (try? inferior.memory.cString(at: record[layout.format], limit: 64)).map {
      String(decoding: $0, as: UTF8.self)
    }
    let dimensions = Int(max(0, min(record[layout.ndim], Self.mostDimensions)))
    let sizes = numbers(at: record[layout.shape], count: dimensions, in: inferior)
    let strides = numbers(at: record[layout.strides], count: dimensions, in: inferior)
    let step = record[layout.itemsize]
    let isContiguous = strides == sizes.indices.map { sizes[($0 + 1)...].reduce(step, &*) }
    return .described(
      "memory nbytes=\(record[layout.len]) format=\(ObjectShape.quoted(format)) shape=\(Self.tuple(sizes))"
        + (isContiguous ? "" : " strides=\(Self.tuple(strides))") + (record[layout.readonly] != 0 ? " readonly" : ""),
      fields: [.init("buf", record[layout.buf]), .init("obj", object: record[layout.obj])])
  }

  private func numbers(at address: Address, count: Int, in inferior: Inferior) -> [Int] {
    (try? inferior.memory.array(of: Int.self, at: address, count: count)).map(Array.init) ?? []
  }

  private static func tuple(_ numbers: [Int]) -> String {
    "(" + numbers.map(String.init).joined(separator: ", ") + (numbers.count == 1 ? "," : "") + ")"
  }
}

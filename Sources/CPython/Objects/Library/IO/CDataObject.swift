package import MemoryImage

/// An instance of a ctypes type in the inferior's memory: C data, its own or another's.
///
/// Mirrors `CDataObject` and `PyCFuncPtrObject` in CPython's `Modules/_ctypes/ctypes.h`.
package struct CDataObject: PythonObject {
  package let address: Address
  /// The C data (`b_ptr`) and its size in bytes (`b_size`).
  package let data: Address
  package let size: Int
  /// The number of items of an array (`b_length`).
  package let count: Int
  private let record: MemoryRecord
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout
    address = header.address
    type = header.type
    record = try inferior.memory.record(
      at: address, size: type.kind == .cFunctionPointer ? layout.cFunctionPointer.size : layout.cData.size)
    data = record[layout.cData.b_ptr]
    size = record[layout.cData.b_size]
    count = record[layout.cData.b_length]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.cData
    guard size >= 0, count >= 0 else { return .sizeOutOfRange }
    // The data may be memory that C code has freed since.
    for field in [layout.b_base, layout.b_objects] {
      guard record[field].isAligned(to: 8) else { return .misalignedPointer }
      guard record[field].isNull || inferior.object(at: record[field]) != nil else { return .invalidReferent }
    }
    return nil
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    if type.kind == .cFunctionPointer {
      let layout = inferior.layout.cFunctionPointer
      record.give(layout.callable, .visited, as: "callable", to: body)
      record.give(layout.restype, .visited, as: "restype", to: body)
      record.give(layout.checker, .visited, as: "checker", to: body)
      record.give(layout.errcheck, .visited, as: "errcheck", to: body)
      record.give(layout.argtypes, .visited, as: "argtypes", to: body)
      record.give(layout.converters, .visited, as: "converters", to: body)
      record.give(layout.paramflags, .visited, as: "paramflags", to: body)
      record.give(layout.thunk, .visited, as: "thunk", to: body)
    }
    let layout = inferior.layout.cData
    record.give(layout.b_objects, .visited, as: "b_objects", to: body)
    record.give(layout.b_base, .visited, as: "b_base", to: body)
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.cData
    let info = inferior.types.types[Int(type.number)]
    var writer = CDataText(inferior, limit: limit)
    let fields = [("b_base", record[layout.b_base]), ("b_objects", record[layout.b_objects])]
    return .composed(
      typeName: info.name,
      parts: [.text(writer.text(of: info.address, at: data, size: size, count: count))],
      fields: fields.filter { !$0.1.isNull }.map { .init($0.0, object: $0.1) })
  }
}

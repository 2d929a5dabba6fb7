package import MemoryImage

/// A `frame` as it lay in the inferior's memory.
///
/// Mirrors `PyFrameObject` in CPython's `Include/cpython/frameobject.h`, since 3.11 in
/// `Include/internal/pycore_frame.h`, where it only leads to the interpreter's frame.
package struct PyFrameObject: PythonObject {
  package let address: Address
  /// What the frame runs and where it stands; nil if it cannot be read.
  package let frame: Frame?
  private let record: MemoryRecord
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.frame
    address = header.address
    type = header.type
    let size = layout.f_frame.map { $0.bytes + 8 } ?? layout.size
    record = try inferior.memory.record(at: address, size: size)
    if let field = layout.f_frame {
      frame = Frame(interpreterFrame: record[field], in: inferior)
    } else {
      frame = Frame(frameObject: address, in: inferior)
    }
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard let frame else { return .unmapped }
    return inferior.isObject(frame.code, ofKind: .code) ? nil : .wrongReferentType
  }

  package func forEachReferent(in inferior: Inferior, _ body: (Address) -> Void) {
    guard let frame else { return }
    body(frame.code)
    let back = record[inferior.layout.frame.f_back]
    if !back.isNull { body(back) }
    for (_, value) in frame.variables(in: inferior) { body(value) }
  }

  package func byteCount(in inferior: Inferior) -> Int {
    guard let frame, let code = try? PyCodeObject(at: frame.code, in: inferior) else { return type.basicSize }
    let slots = code.variableNames(in: inferior).count &+ code.stackSize(in: inferior)
    // `frame_sizeof`: the structure has one slot of its own before 3.11, and none without its frame afterwards.
    if inferior.layout.frame.f_frame == nil { return type.basicSize &+ (slots - 1) &* 8 }
    return type.basicSize
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    guard let frame, let code = try? PyCodeObject(at: frame.code, in: inferior) else {
      return .invalid(typeName: "frame")
    }
    let place = code.place(line: frame.line(in: inferior), in: inferior)
    let fields = [ObjectShape.Field("f_back", object: record[inferior.layout.frame.f_back])]
    let variables = frame.variables(in: inferior).map { ObjectShape.Field($0.name, object: $0.value) }
    return .described("frame \(ObjectShape.quoted(code.name(in: inferior)))\(place)", fields: fields + variables)
  }
}

package import MemoryImage

/// A `frame` in the inferior's memory.
///
/// Mirrors `PyFrameObject` in CPython's `Include/cpython/frameobject.h`. Since 3.11 it is in
/// `Include/internal/pycore_frame.h`, and only points at the interpreter's frame.
package struct PyFrameObject: PythonObject {
  package let address: Address
  /// The frame that the object stands for; nil if it cannot be read.
  package let frame: Frame?
  /// `FRAME_OWNED_BY_GENERATOR` and `FRAME_OWNED_BY_FRAME_OBJECT` (Include/internal/pycore_frame.h), the same in all
  /// versions that have them.
  private static let ownedByGenerator: Int8 = 1
  private static let ownedByFrameObject: Int8 = 2

  private let record: MemoryRecord
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.frame
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: layout.f_frame_data?.bytes ?? layout.size)
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

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.frame
    record.give(layout.f_back, .visited, as: "f_back", to: body)
    record.give(layout.f_trace, .visited, as: "f_trace", to: body)
    record.give(layout.f_extra_locals, .visited, as: "f_extra_locals", to: body)
    record.give(layout.f_locals_cache, .visited, as: "f_locals_cache", to: body)
    record.give(layout.f_overwritten_fast_locals, .visited, as: "f_overwritten_fast_locals", to: body)
    guard let frame else { return }
    if let owner = frame.owner {
      if owner == Self.ownedByFrameObject {
        frame.forEachReferent(in: inferior, .visited, body)
      } else {
        // A frame that still belongs to a thread or generator is not owned by this object, and leads back to it.
        frame.forEachReferent(in: inferior, .weak) { referent, kind, part in
          if referent != address { body(referent, kind, part) }
        }
      }
      return
    }
    record.give(layout.f_code, .visited, as: "f_code", to: body)
    record.give(layout.f_builtins, .visited, as: "f_builtins", to: body)
    record.give(layout.f_globals, .visited, as: "f_globals", to: body)
    record.give(layout.f_locals, .visited, as: "f_locals", to: body)
    frame.forEachSlot(in: inferior, .visited, body)
  }

  package func byteCount(in inferior: Inferior) -> Int {
    guard let frame, let code = try? PyCodeObject(at: frame.code, in: inferior) else { return type.basicSize }
    let slots = code.variableNames(in: inferior).count &+ code.stackSize(in: inferior)
    // `frame_sizeof`: includes room for the frame, even if the frame is elsewhere. Before 3.11 the structure includes one slot.
    return type.basicSize &+ (inferior.layout.frame.f_frame == nil ? slots &- 1 : slots) &* 8
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    guard let frame, let code = try? PyCodeObject(at: frame.code, in: inferior) else {
      return .invalid(typeName: "frame")
    }
    let place = " \(state(of: frame, in: inferior))" + code.place(line: frame.line(in: inferior), in: inferior)
    let fields = [ObjectShape.Field("f_back", object: record[inferior.layout.frame.f_back])]
    let variables = frame.variables(in: inferior).map { ObjectShape.Field($0.name, object: $0.value) }
    return .described("frame \(ObjectShape.quoted(code.name(in: inferior)))\(place)", fields: fields + variables)
  }

  /// The state of the function; if the frame is a generator's, the state of the generator.
  private func state(of frame: Frame, in inferior: Inferior) -> PyGenObject.State {
    let layout = inferior.layout
    // A frame on a data stack, or before 3.11 an executing one, is suspended if no thread is in it.
    func ran(_ state: PyGenObject.State) -> PyGenObject.State {
      guard state == .running, let threads = inferior.threadFrames, !threads.contains(frame.address) else { return state }
      return .suspended
    }
    guard let owner = frame.owner else {
      let state = PyGenObject.state(ofFrame: address, frame, in: inferior)
      // Before 3.10 a frame has no state: one that is not running and not a generator's has ended.
      let isGenerator = layout.frame.f_gen.map { !record[$0].isNull } ?? false
      return state == .suspended && !isGenerator ? .finished : ran(state)
    }
    guard owner < Self.ownedByFrameObject else { return .finished }
    // A generator's frame is inside the generator.
    guard owner == Self.ownedByGenerator, let frames = layout.generator.gi_iframe,
      let field = layout.generator.gi_frame_state,
      let number = try? inferior.memory.load(Int8.self, at: frame.address - frames.bytes + field.bytes)
    else { return ran(.running) }
    return PyGenObject.state(number, in: layout.generator)
  }
}

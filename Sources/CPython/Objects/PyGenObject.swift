package import MemoryImage

/// A `generator`, `coroutine` or `async_generator` as it lay in the inferior's memory.
///
/// Mirrors `PyGenObject`, `PyCoroObject` and `PyAsyncGenObject` in CPython's `Include/genobject.h`, since 3.11 in
/// `Include/internal/pycore_interpframe_structs.h`: up to 3.10 it leads to a frame object, since then it holds its frame.
package struct PyGenObject: PythonObject {
  package let address: Address
  /// What it is doing.
  package let state: State
  /// Its frame; nil once it has ended.
  package let frame: Frame?
  /// Its code, null in one that has ended in a version that then forgets it.
  package let code: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  /// The states in which a generator can be (`inspect.getgeneratorstate`).
  package enum State: String, Sendable {
    case created, suspended, running, finished
  }

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.generator
    address = header.address
    type = header.type
    if let frameField = layout.gi_frame, let codeField = layout.gi_code {
      record = try inferior.memory.record(at: address, size: layout.size)
      code = record[codeField]
      frame = record[frameField].isNull ? nil : Frame(frameObject: record[frameField], in: inferior)
      let stateField = record[frameField] + (inferior.layout.frame.f_state?.bytes ?? 0)
      let number = (try? inferior.memory.load(Int8.self, at: stateField)) ?? layout.finishedState
      state = frame == nil ? .finished : Self.state(number, in: layout)
    } else {
      let head = layout.gi_iframe?.bytes ?? layout.size
      record = try inferior.memory.record(at: address, size: head)
      let number = if let field = layout.gi_frame_state { record[field] } else { layout.finishedState }
      state = Self.state(number, in: layout)
      let frame = Frame(interpreterFrame: address + head, in: inferior)
      code = frame?.code ?? .null
      self.frame = state == .finished ? nil : frame
    }
  }

  private static func state(_ number: Int8, in layout: GeneratorLayout) -> State {
    // The states are in order: created, suspended (two kinds since 3.13), executing, which is 0, and ended.
    if number == layout.createdState { return .created }
    if number < 0 { return .suspended }
    return number == 0 ? .running : .finished
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.generator
    guard inferior.isObject(record[layout.gi_name], ofKind: .str),
      inferior.isObject(record[layout.gi_qualname], ofKind: .str)
    else { return .wrongReferentType }
    if let field = layout.gi_frame_state, !(layout.createdState...4).contains(record[field]) { return .invalidState }
    if state != .finished {
      guard let frame, inferior.isObject(frame.code, ofKind: .code) else { return .wrongReferentType }
    }
    return nil
  }

  package func forEachReferent(in inferior: Inferior, _ body: (Address) -> Void) {
    let layout = inferior.layout.generator
    if let field = layout.gi_frame, !record[field].isNull { body(record[field]) }
    if let field = layout.gi_code, !record[field].isNull { body(record[field]) }
    for field in [layout.gi_name, layout.gi_qualname, layout.exc_value] where !record[field].isNull {
      body(record[field])
    }
    if layout.gi_iframe != nil, let frame {
      body(frame.code)
      for (_, value) in frame.variables(in: inferior) { body(value) }
    }
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout
    guard let frame = layout.interpreterFrame, let head = layout.generator.gi_iframe,
      let code = try? PyCodeObject(at: code, in: inferior)
    else { return type.basicSize }
    // `gen_sizeof`: the frame with all its slots lies in the generator.
    let slots = code.variableNames(in: inferior).count &+ code.stackSize(in: inferior)
    return head.bytes &+ frame.localsplus.bytes &+ slots &* 8
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let typeName = inferior.types.types[Int(type.number)].shortName
    let name = ObjectShape.quoted(inferior.string(at: record[inferior.layout.generator.gi_qualname]))
    let line = frame.flatMap { $0.line(in: inferior) }
    let place = (try? PyCodeObject(at: code, in: inferior))?.place(line: line, in: inferior) ?? ""
    let variables = frame?.variables(in: inferior) ?? []
    return .described(
      "\(typeName) \(name) \(state)\(place)",
      fields: variables.map { ObjectShape.Field($0.name, object: $0.value) })
  }
}

package import MemoryImage

/// A `generator`, `coroutine` or `async_generator` in the inferior's memory.
///
/// Mirrors `PyGenObject`, `PyCoroObject` and `PyAsyncGenObject` in CPython's `Include/genobject.h`, since 3.11 in
/// `Include/internal/pycore_interpframe_structs.h`. Up to 3.10 it points at a frame object; since then it contains its frame.
package struct PyGenObject: PythonObject {
  package let address: Address
  /// The state of the generator.
  package let state: State
  /// The generator's frame; nil once it has ended.
  package let frame: Frame?
  /// The generator's code; null if it has ended, in versions that then drop it.
  package let code: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  /// The states of a generator (`inspect.getgeneratorstate`).
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
      let object = record[frameField]
      state = frame.map { Self.state(ofFrame: object, $0, in: inferior) } ?? .finished
    } else {
      let head = layout.gi_iframe?.bytes ?? layout.size
      record = try inferior.memory.record(at: address, size: head)
      let number = if let field = layout.gi_frame_state { record[field] } else { layout.clearedState }
      state = Self.state(number, in: layout)
      let frame = Frame(interpreterFrame: address + head, in: inferior)
      code = frame?.code ?? .null
      self.frame = state == .finished ? nil : frame
    }
  }

  /// The state of the generator with the frame object at `address`. In versions where frames have no state it is derived.
  static func state(ofFrame address: Address, _ frame: Frame, in inferior: Inferior) -> State {
    let layout = inferior.layout
    if let field = layout.frame.f_state {
      let number = (try? inferior.memory.load(Int8.self, at: address + field.bytes)) ?? layout.generator.clearedState
      return state(number, in: layout.generator)
    }
    let executing = layout.frame.f_executing.flatMap { try? inferior.memory.load(Int8.self, at: address + $0.bytes) }
    if let executing, executing != 0 { return .running }
    return frame.instructionOffset < 0 ? .created : .suspended
  }

  static func state(_ number: Int8, in layout: GeneratorLayout) -> State {
    // The order of the states is: created, suspended (two kinds since 3.13, three since 3.15), executing, and ended.
    if number == layout.createdState { return .created }
    if number < layout.executingState { return .suspended }
    return number == layout.executingState ? .running : .finished
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.generator
    guard inferior.isObject(record[layout.gi_name], ofKind: .str),
      inferior.isObject(record[layout.gi_qualname], ofKind: .str)
    else { return .wrongReferentType }
    if let field = layout.gi_frame_state, !layout.states.contains(record[field]) { return .invalidState }
    if state != .finished {
      guard let frame, inferior.isObject(frame.code, ofKind: .code) else { return .wrongReferentType }
    }
    return nil
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.generator
    record.give(layout.gi_frame, .visited, as: "gi_frame", to: body)
    record.give(layout.gi_code, .visited, as: "gi_code", to: body)
    record.give(layout.gi_name, .visited, as: "gi_name", to: body)
    record.give(layout.gi_qualname, .visited, as: "gi_qualname", to: body)
    record.give(layout.exc_value, .visited, as: "exc_value", to: body)
    record.give(layout.exc_type, .visited, as: "exc_type", to: body)
    record.give(layout.exc_traceback, .visited, as: "exc_traceback", to: body)
    giveTail(in: inferior, body)
    guard let frames = inferior.layout.interpreterFrame, layout.gi_iframe != nil else { return }
    if let frame {
      frame.forEachReferent(in: inferior, .visited, body)
    } else {
      // A generator that has ended keeps its code. The collector visits it where references may be deferred (since 3.14).
      body(code, frames.tagMask == 0 ? .held : .visited, "f_executable")
      giveVariablesBeingCleared(in: inferior, body)
    }
  }

  /// Calls `body` with the values of the variables of a generator that has just ended. The destructor of one of them is
  /// running, and some have been cleared already. Until all are, the frame refers to its caller or its function
  /// (`clear_gen_frame`, Python/ceval.c); in 3.11 nothing shows it.
  private func giveVariablesBeingCleared(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout
    guard let head = layout.generator.gi_iframe, let frame = Frame(interpreterFrame: address + head.bytes, in: inferior)
    else { return }
    let hasFunction = layout.interpreterFrame?.stackpointer != nil && !frame.function.isNull
    guard !frame.previous.isNull || hasFunction else { return }
    frame.forEachVariable(in: inferior) { body($0, .probable, $1) }
  }

  /// Calls `body` with the field that only coroutines or asynchronous generators have.
  private func giveTail(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.generator
    func pointer(_ field: FieldOffset<Address>) -> Address {
      (try? inferior.memory.load(at: address + field.bytes)) ?? .null
    }
    switch type.kind {
    case .coroutine: body(pointer(layout.cr_origin), .held, "cr_origin")
    case .asyncGenerator: body(pointer(layout.ag_finalizer), .visited, "ag_finalizer")
    default: break
    }
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout
    guard let frame = layout.interpreterFrame, let head = layout.generator.gi_iframe,
      let code = try? PyCodeObject(at: code, in: inferior)
    else { return type.basicSize }
    // `gen_sizeof`: the frame with all its slots is inside the generator.
    let slots = code.variableNames(in: inferior).count &+ code.stackSize(in: inferior)
    return head.bytes &+ frame.localsplus.bytes &+ slots &* 8
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let typeName = inferior.types.types[Int(type.number)].shortName
    let name = ObjectShape.quoted(inferior.shownString(at: record[inferior.layout.generator.gi_qualname]))
    let line = frame.flatMap { $0.line(in: inferior) }
    let place = (try? PyCodeObject(at: code, in: inferior))?.place(line: line, in: inferior) ?? ""
    let variables = frame?.variables(in: inferior) ?? []
    return .described(
      "\(typeName) \(name) \(state)\(place)",
      fields: variables.map { ObjectShape.Field($0.name, object: $0.value) })
  }
}

extension PyGenObject {
  /// The exception that the generator is handling (`gi_exc_state`); nil if there is none.
  package func handledException(in inferior: Inferior) -> Address? {
    let value = record[inferior.layout.generator.exc_value]
    return inferior.object(at: value)?.type.flags.contains(.baseExceptionSubclass) ?? false ? value : nil
  }
}

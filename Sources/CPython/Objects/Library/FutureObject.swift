package import MemoryImage

/// An `asyncio.Future` or `Task`, or an instance of a subclass, in the inferior's memory.
///
/// Mirrors `FutureObj` and `TaskObj` in CPython's `Modules/_asynciomodule.c`.
package struct FutureObject: PythonObject {
  package let address: Address
  /// The state of the future.
  package let state: State
  private let record: MemoryRecord
  private let type: TypeTraits

  /// The states of a future (`fut_state`).
  package enum State: String, Sendable {
    case pending, cancelled, finished
  }

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout
    address = header.address
    type = header.type
    record = try inferior.memory.record(
      at: address, size: type.kind == .task ? layout.task.size : layout.future.size)
    state = [.pending, .cancelled, .finished][Int(max(0, min(2, record[layout.future.fut_state])))]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.future
    guard (0...2).contains(record[layout.fut_state]) else { return .invalidState }
    let fields = [
      layout.fut_loop, layout.fut_callback0, layout.fut_callbacks, layout.fut_exception, layout.fut_result,
    ]
    guard fields.allSatisfy({ record[$0].isAligned(to: 8) }) else { return .misalignedPointer }
    guard type.kind == .task else { return nil }
    let coroutine = record[inferior.layout.task.task_coro]
    return coroutine.isNull || inferior.object(at: coroutine) != nil ? nil : .invalidReferent
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    if type.kind == .task {
      let layout = inferior.layout.task
      record.give(layout.task_context, .visited, as: "task_context", to: body)
      record.give(layout.task_coro, .visited, as: "task_coro", to: body)
      record.give(layout.task_name, .visited, as: "task_name", to: body)
      record.give(layout.task_fut_waiter, .visited, as: "task_fut_waiter", to: body)
    }
    let layout = inferior.layout.future
    record.give(layout.fut_loop, .visited, as: "fut_loop", to: body)
    record.give(layout.fut_callback0, .visited, as: "fut_callback0", to: body)
    record.give(layout.fut_context0, .visited, as: "fut_context0", to: body)
    record.give(layout.fut_callbacks, .visited, as: "fut_callbacks", to: body)
    record.give(layout.fut_exception, .visited, as: "fut_exception", to: body)
    record.give(layout.fut_exception_tb, .visited, as: "fut_exception_tb", to: body)
    record.give(layout.fut_result, .visited, as: "fut_result", to: body)
    record.give(layout.fut_source_tb, .visited, as: "fut_source_tb", to: body)
    record.give(layout.fut_cancel_msg, .visited, as: "fut_cancel_msg", to: body)
    record.give(layout.cancelledType, .visited, as: "fut_cancelled_exc_state.exc_type", to: body)
    record.give(layout.cancelledValue, .visited, as: "fut_cancelled_exc_state.exc_value", to: body)
    record.give(layout.cancelledTraceback, .visited, as: "fut_cancelled_exc_state.exc_traceback", to: body)
    record.give(layout.fut_cancelled_exc, .visited, as: "fut_cancelled_exc", to: body)
    record.give(layout.fut_awaited_by, .visited, as: "fut_awaited_by", to: body)
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let header = ObjectHeader(address: address, type: type)
    let info = inferior.types.types[Int(type.number)]
    let attributes = Instance(header).attributes(in: inferior, limit: limit)
    return .described("\(info.shortName) \(state)\(taskText(in: inferior))", fields: fields(in: inferior) + attributes)
  }

  /// The task's name and coroutine: ` name='Task-1' coro=<coroutine 'f' suspended at FILE:LINE>`.
  private func taskText(in inferior: Inferior) -> String {
    guard type.kind == .task else { return "" }
    let layout = inferior.layout.task
    let name = record[layout.task_name]
    var text = ""
    if let number = (try? inferior.object(at: name).map { try PyLongObject($0, in: inferior) }) ?? nil,
      inferior.isObject(name, ofKind: .int)
    {
      // Since 3.12 a task has a number until its name is first requested.
      text += " name='Task-\(number.smallValue(in: inferior) ?? 0)'"
    } else {
      text += inferior.briefText(of: name).map { " name=\($0)" } ?? ""
    }
    // In a damaged dump, a task's coroutine may be a task, even itself.
    guard let coroutine = inferior.object(at: record[layout.task_coro]), coroutine.type.kind != .task else { return text }
    if case .described(let summary, _) = coroutine.shape(in: inferior, limit: 0) { text += " coro=<\(summary)>" }
    return text
  }

  private func fields(in inferior: Inferior) -> [ObjectShape.Field] {
    let layout = inferior.layout.future
    var fields = [
      ("loop", record[layout.fut_loop]), ("result", record[layout.fut_result]),
      ("exception", record[layout.fut_exception]), ("callback0", record[layout.fut_callback0]),
      ("callbacks", record[layout.fut_callbacks]),
    ]
    if type.kind == .task {
      let layout = inferior.layout.task
      fields += [
        ("coro", record[layout.task_coro]), ("fut_waiter", record[layout.task_fut_waiter]),
        ("context", record[layout.task_context]),
      ]
    }
    if let field = layout.fut_awaited_by { fields.append(("awaited_by", record[field])) }
    return fields.filter { !$0.1.isNull }.map { .init($0.0, object: $0.1) }
  }
}

extension FutureObject {
  private func taskField(_ field: FieldOffset<Address>, in inferior: Inferior) -> Address {
    type.kind == .task ? record[field] : .null
  }

  /// The event loop (`fut_loop`).
  package func loop(in inferior: Inferior) -> Address { record[inferior.layout.future.fut_loop] }

  /// The exception with which it ended (`fut_exception`); null if there is none.
  package func exception(in inferior: Inferior) -> Address { record[inferior.layout.future.fut_exception] }

  /// The coroutine of a task (`task_coro`), and the future that it awaits (`task_fut_waiter`); null if there is none.
  package func coroutine(in inferior: Inferior) -> Address { taskField(inferior.layout.task.task_coro, in: inferior) }
  package func waiter(in inferior: Inferior) -> Address { taskField(inferior.layout.task.task_fut_waiter, in: inferior) }

  /// The name of a task (`task_name`): a `str`, or since 3.12 an `int` until it is first requested.
  package func name(in inferior: Inferior) -> Address { taskField(inferior.layout.task.task_name, in: inferior) }

  /// The tasks that await it, by its own record (`fut_awaited_by`): an object or a `set` of them; null if there are none,
  /// and before 3.14.
  package func awaitedBy(in inferior: Inferior) -> Address {
    inferior.layout.future.fut_awaited_by.map { record[$0] } ?? .null
  }

  /// Calls `body` with each of its done callbacks (`fut_callback0`, and the first of each pair in `fut_callbacks`).
  package func forEachCallback(in inferior: Inferior, _ body: (Address) -> Void) {
    let layout = inferior.layout.future
    let first = record[layout.fut_callback0]
    if !first.isNull { body(first) }
    guard !record[layout.fut_callbacks].isNull else { return }
    for pair in inferior.items(of: record[layout.fut_callbacks]) {
      if let callback = inferior.items(of: pair, limit: 1).first { body(callback) }
    }
  }
}

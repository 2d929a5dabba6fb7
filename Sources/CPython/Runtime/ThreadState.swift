package import MemoryImage

/// A thread of an interpreter, in the inferior's memory.
///
/// Mirrors `PyThreadState` in CPython's `Include/cpython/pystate.h`.
package struct ThreadState: Sendable, Equatable {
  package let address: Address
  /// The thread made before this one (`next`), null for the oldest; and the one made after it (`prev`).
  package let next: Address
  package let prev: Address
  /// The interpreter in which it runs (`interp`).
  package let interpreter: Address
  /// The thread's `pthread_t` (`thread_id`), which is `threading.get_ident()`.
  package let threadID: UInt64
  /// The kernel's number of the thread (`native_thread_id`); nil before 3.11, where Python does not keep it.
  package let nativeThreadID: UInt64?
  /// The running frame: a frame object up to 3.10, and a `_PyInterpreterFrame` since. Null for a thread that runs no
  /// Python, or whose `_PyCFrame` (3.11 and 3.12) is not in the dump.
  package let currentFrame: Address
  /// The newest chunk of the thread's data stack (`datastack_chunk`), null before 3.11.
  let dataStack: Address
  /// The exception that is propagating (`current_exception`), null if there is none.
  package let currentException: Address
  /// The first of the exceptions being handled (`exc_info`): a `_PyErr_StackItem`.
  private let exceptionStack: Address

  /// Reads the thread state at `address`.
  ///
  /// - Throws: `MemoryFault` if not all of it is in the dump.
  package init(at address: Address, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.thread
    let record = try inferior.memory.record(at: address, size: layout.size)
    self.address = address
    next = record[layout.next]
    prev = record[layout.prev]
    interpreter = record[layout.interp]
    threadID = record[layout.thread_id]
    nativeThreadID = layout.native_thread_id.map { record[$0] }
    dataStack = layout.datastack_chunk.map { record[$0] } ?? .null
    currentException = record[layout.current_exception]
    exceptionStack = record[layout.exc_info]
    if let field = layout.cframe, let inner = layout.cframe_current_frame {
      let cFrame = record[field]
      currentFrame = (try? inferior.memory.load(at: cFrame + inner.bytes)) ?? .null
    } else {
      currentFrame = (layout.current_frame ?? layout.frame).map { record[$0] } ?? .null
    }
  }
}

extension ThreadState {
  /// More exceptions being handled at a time than any thread has: a limit for hostile dumps.
  private static let exceptionLimit = 1 << 16

  /// The exceptions that the thread is handling, in `except` blocks that have not ended, innermost first.
  package func handledExceptions(in inferior: Inferior) -> [Address] {
    var found: [Address] = []
    var limit = Self.exceptionLimit
    _ = forEachExceptionItem(limit: &limit, in: inferior) { value in
      if let header = inferior.object(at: value), header.type.kind != .none { found.append(value) }
    }
    return found
  }

  /// Whether the items of exceptions being handled lead to the one in the structure itself (`exc_state`), as in every thread.
  func handledExceptionsEnd(in inferior: Inferior) -> Bool {
    var limit = Self.exceptionLimit
    return handledExceptionsEnd(limit: &limit, in: inferior)
  }

  /// The same within at most `limit` items; `limit` is reduced by the number read.
  func handledExceptionsEnd(limit: inout Int, in inferior: Inferior) -> Bool {
    var ownLimit = min(limit, Self.exceptionLimit)
    limit -= ownLimit
    defer { limit += ownLimit }
    return forEachExceptionItem(limit: &ownLimit, in: inferior) { _ in }
      == address + inferior.layout.thread.exc_state.bytes
  }

  /// Calls `body` with the exception of each item, innermost first. Returns the address of the last item.
  private func forEachExceptionItem(
    limit: inout Int, in inferior: Inferior, _ body: (Address) -> Void
  ) -> Address {
    let layout = inferior.layout.errorStackItem
    var item = exceptionStack
    while limit > 0 {
      limit -= 1
      guard !item.isNull, let record = try? inferior.memory.record(at: item, size: layout.size) else { return .null }
      body(record[layout.exc_value])
      let next = record[layout.previous_item]
      if next.isNull || next == item { return item }
      item = next
    }
    return .null
  }
}

package import MemoryImage

/// A thread of an interpreter, as it lay in the inferior's memory.
///
/// Mirrors `PyThreadState` in CPython's `Include/cpython/pystate.h`.
package struct ThreadState: Sendable, Equatable {
  package let address: Address
  /// The thread made before this one (`next`), null for the oldest; and the one made after it (`prev`).
  package let next: Address
  package let prev: Address
  /// The interpreter it runs in (`interp`).
  package let interpreter: Address
  /// The thread's `pthread_t` (`thread_id`), which `threading.get_ident()` says.
  package let threadID: UInt64
  /// The kernel's number of the thread (`native_thread_id`); nil before 3.11, where Python did not keep it.
  package let nativeThreadID: UInt64?
  /// What runs: a frame object up to 3.10, and a `_PyInterpreterFrame` since. Null for a thread that runs no Python,
  /// or whose `_PyCFrame` (3.11 and 3.12) is not in the dump.
  package let currentFrame: Address

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
    if let field = layout.cframe, let inner = layout.cframe_current_frame {
      let cFrame = record[field]
      currentFrame = (try? inferior.memory.load(at: cFrame + inner.bytes)) ?? .null
    } else {
      currentFrame = (layout.current_frame ?? layout.frame).map { record[$0] } ?? .null
    }
  }
}

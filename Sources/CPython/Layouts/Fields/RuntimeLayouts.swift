package import MemoryImage

// The structures of a running interpreter. They are not objects, but refer to the first objects.

/// `_PyRuntimeState`, of which a process has one, `_PyRuntime` (Include/internal/pycore_runtime.h).
package struct RuntimeLayout: Sendable, Equatable {
  package var size: Int
  /// The newest interpreter (`interpreters.head`), and the one that the process began with (`interpreters.main`).
  package var interpreters_head: FieldOffset<Address>
  package var interpreters_main: FieldOffset<Address>
  /// The thread that finalizes Python (`Py_FinalizeEx`), null while none does.
  package var finalizing: FieldOffset<Address>
  /// The lock that all interpreters share (`ceval.gil`), before 3.12.
  package var gil: FieldOffset<UInt8>?
}

/// `PyInterpreterState` (Include/internal/pycore_interp.h; pycore_pystate.h in 3.8). Patch releases move its fields:
/// see `RuntimeSearch`.
package struct InterpreterLayout: Sendable, Equatable {
  package var size: Int
  package var next: FieldOffset<Address>
  /// The newest thread (`tstate_head`, and `threads.head` since 3.11).
  package var threads_head: FieldOffset<Address>
  package var id: FieldOffset<Int>
  /// `_PyRuntime`, since 3.9.
  package var runtime: FieldOffset<Address>?
  /// `sys.modules` (`imports.modules` since 3.12).
  package var modules: FieldOffset<Address>
  /// `sys.__dict__` and `builtins.__dict__`.
  package var sysdict: FieldOffset<Address>
  package var builtins: FieldOffset<Address>
  /// The interpreter's lock (`ceval.gil`), since 3.12 (PEP 684).
  package var gil: FieldOffset<Address>?
}

/// `PyThreadState` (Include/cpython/pystate.h).
package struct ThreadLayout: Sendable, Equatable {
  package var size: Int
  package var prev: FieldOffset<Address>
  package var next: FieldOffset<Address>
  package var interp: FieldOffset<Address>
  /// The running frame object, up to 3.10.
  package var frame: FieldOffset<Address>?
  /// 3.11 and 3.12: the `_PyCFrame` on the C stack that points at the frame, and the offset of that pointer.
  package var cframe: FieldOffset<Address>?
  package var cframe_current_frame: FieldOffset<Address>?
  /// The running `_PyInterpreterFrame`, since 3.13.
  package var current_frame: FieldOffset<Address>?
  /// The thread's `pthread_t`, which is `threading.get_ident()`.
  package var thread_id: FieldOffset<UInt64>
  /// The kernel's number of the thread, since 3.11.
  package var native_thread_id: FieldOffset<UInt64>?
  /// The newest chunk of the thread's data stack (`datastack_chunk`), since 3.11.
  package var datastack_chunk: FieldOffset<Address>?
  /// The exception that is propagating, null if there is none (`current_exception`; before 3.12 `curexc_value`).
  package var current_exception: FieldOffset<Address>
  /// The exceptions that are being handled, innermost first (`exc_info`).
  package var exc_info: FieldOffset<Address>
  /// The thread's own item of these, which is the last (`exc_state`).
  package var exc_state: FieldOffset<UInt8>
}

/// `_PyErr_StackItem`, an exception that is being handled (Include/cpython/pystate.h).
package struct ErrorStackItemLayout: Sendable, Equatable {
  package var size: Int
  package var exc_value: FieldOffset<Address>
  package var previous_item: FieldOffset<Address>
}

/// `_PyStackChunk`, a chunk of a thread's data stack (Include/cpython/pystate.h).
package struct StackChunkLayout: Sendable, Equatable {
  package var size: Int
  package var previous: FieldOffset<Address>
  /// The number of words in use when the next chunk was begun.
  package var top: FieldOffset<Int>
  /// The offset of the frames.
  package var data: FieldOffset<Address>
}

/// `PyTracebackObject` (Include/cpython/traceback.h).
package struct TracebackLayout: Sendable, Equatable {
  package var size: Int
  package var tb_next: FieldOffset<Address>
  package var tb_frame: FieldOffset<Address>
  /// The offset of the instruction in bytes, and its line: -1 until it has been asked for, since 3.12.
  package var tb_lasti: FieldOffset<Int32>
  package var tb_lineno: FieldOffset<Int32>
}

/// `struct _gil_runtime_state` (Include/internal/pycore_gil.h).
package struct GILLayout: Sendable, Equatable {
  package var size: Int
  /// The thread state that holds the lock, or held it last.
  package var last_holder: FieldOffset<Address>
  /// Whether the lock is held: 1 or 0; -1 before it is created.
  package var locked: FieldOffset<Int32>
}

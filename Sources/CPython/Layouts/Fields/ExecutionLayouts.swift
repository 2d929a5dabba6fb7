package import MemoryImage

// Running and suspended code: generators and frames.

/// `PyGenObject`, which begins like `PyCoroObject` and `PyAsyncGenObject`.
package struct GeneratorLayout: Sendable, Equatable {
  /// `sizeof(PyGenObject)`, `sizeof(PyCoroObject)` and `sizeof(PyAsyncGenObject)`.
  package var size: Int
  package var coroutineSize: Int
  package var asyncGeneratorSize: Int
  package var gi_name: FieldOffset<Address>
  package var gi_qualname: FieldOffset<Address>
  /// `gi_exc_state.exc_value`.
  package var exc_value: FieldOffset<Address>
  /// Before 3.11: the exception's type and traceback; later versions find them in the exception itself.
  package var exc_type: FieldOffset<Address>?
  package var exc_traceback: FieldOffset<Address>?
  /// Before 3.11.
  package var gi_frame: FieldOffset<Address>?
  package var gi_code: FieldOffset<Address>?
  /// Since 3.11: the state, and the frame itself inside the generator.
  package var gi_frame_state: FieldOffset<Int8>?
  package var gi_iframe: FieldOffset<UInt8>?
  /// `cr_origin` and `ag_finalizer` (`ag_origin_or_finalizer` in newer versions).
  package var cr_origin: FieldOffset<Address>
  package var ag_finalizer: FieldOffset<Address>
  /// Values of `gi_frame_state`: of a generator not yet started, the lowest of a suspended one that delegates to another,
  /// of a running one, and the greatest of all. Suspended ones are between the first and the running one, and those that
  /// have ended above it.
  package var createdState: Int8
  package var delegatingState: Int8
  package var executingState: Int8
  package var clearedState: Int8
  /// The way to see that a suspended generator delegates to another, and the place of the other one on its evaluation
  /// stack, counted from the top.
  package var delegation: DelegationRule
  package var delegateDepth: Int

  /// The values that `gi_frame_state` may have.
  var states: ClosedRange<Int8> { createdState...max(createdState, clearedState) }
}

/// The sign that a suspended generator is in `yield from` or `await` (`_PyGen_yf`, Objects/genobject.c).
package enum DelegationRule: Sendable, Equatable {
  /// The next instruction is `YIELD_FROM`. Before 3.11.
  case yieldFrom
  /// The next instruction is a `RESUME` whose argument shows it. In 3.11 and 3.12.
  case resumeArgument
  /// The state is `FRAME_SUSPENDED_YIELD_FROM`, the last one before the running one (since 3.15 one of two). Since 3.13.
  case state
}

/// `PyFrameObject` (Include/cpython/frameobject.h, since 3.11 Include/internal/pycore_frame.h).
package struct FrameLayout: Sendable, Equatable {
  package var size: Int
  package var f_back: FieldOffset<Address>
  package var f_lineno: FieldOffset<Int32>
  /// Before 3.11, except `f_trace`, which newer versions keep.
  package var f_code: FieldOffset<Address>?
  package var f_builtins: FieldOffset<Address>?
  package var f_globals: FieldOffset<Address>?
  package var f_locals: FieldOffset<Address>?
  package var f_trace: FieldOffset<Address>?
  package var f_valuestack: FieldOffset<Address>?
  /// The number of values on the evaluation stack (3.10), or the address after the last one, null while the frame runs.
  package var f_stackdepth: FieldOffset<Int32>?
  package var f_stacktop: FieldOffset<Address>?
  package var f_gen: FieldOffset<Address>?
  package var f_lasti: FieldOffset<Int32>?
  package var f_state: FieldOffset<Int8>?
  /// Before 3.10, where frames have no state: whether the frame is executing.
  package var f_executing: FieldOffset<Int8>?
  package var f_localsplus: FieldOffset<Address>?
  /// Before 3.11: the blocks that the frame is in, such as `try` and `with`. A block (`PyTryBlock`) holds its kind and
  /// the number of values that were on the evaluation stack when it began.
  package var f_iblock: FieldOffset<Int32>?
  package var f_blockstack: FieldOffset<UInt8>?
  package var blockSize: Int?
  package var b_type: FieldOffset<Int32>?
  package var b_level: FieldOffset<Int32>?
  /// The number of bytes that `f_lasti` counts in.
  package var lastiUnit: Int
  /// Since 3.11: the interpreter frame, and the place for one that its thread has left.
  package var f_frame: FieldOffset<Address>?
  package var f_frame_data: FieldOffset<UInt8>?
  /// Since 3.13 (PEP 667): local variables that code added through `frame.f_locals`, the dict that C code was given, and
  /// since 3.14 the values that were overwritten.
  package var f_extra_locals: FieldOffset<Address>?
  package var f_locals_cache: FieldOffset<Address>?
  package var f_overwritten_fast_locals: FieldOffset<Address>?
}

/// `struct _PyInterpreterFrame` (Include/internal/pycore_frame.h).
package struct InterpreterFrameLayout: Sendable, Equatable {
  package var size: Int
  package var previous: FieldOffset<Address>
  /// `f_executable`; before 3.13 `f_code`.
  package var f_executable: FieldOffset<Address>
  /// `f_funcobj`; in 3.11 `f_func`.
  package var f_funcobj: FieldOffset<Address>
  package var f_globals: FieldOffset<Address>
  package var f_builtins: FieldOffset<Address>
  package var f_locals: FieldOffset<Address>
  package var frame_obj: FieldOffset<Address>
  /// `instr_ptr`; before 3.13 `prev_instr`.
  package var instr_ptr: FieldOffset<Address>
  /// Before 3.14: the number of used slots of `localsplus`.
  package var stacktop: FieldOffset<Int32>?
  /// Since 3.14: the address after the last used slot.
  package var stackpointer: FieldOffset<Address>?
  package var owner: FieldOffset<Int8>
  package var localsplus: FieldOffset<Address>
  /// The low bits of a stack reference that are not part of the pointer: 0 before 3.14, where slots are plain pointers.
  ///
  /// A slot with all of them set is a tagged integer, not a pointer (`Py_INT_TAG`).
  package var tagMask: UInt64
}

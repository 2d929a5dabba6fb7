package import MemoryImage

// The futures of Modules/_asynciomodule.c.

/// `FutureObj`, whose fields `TaskObj` begins with.
package struct FutureLayout: Sendable, Equatable {
  package var size: Int
  package var fut_loop: FieldOffset<Address>
  package var fut_callback0: FieldOffset<Address>
  package var fut_context0: FieldOffset<Address>
  package var fut_callbacks: FieldOffset<Address>
  package var fut_exception: FieldOffset<Address>
  /// Since 3.10.
  package var fut_exception_tb: FieldOffset<Address>?
  package var fut_result: FieldOffset<Address>
  package var fut_source_tb: FieldOffset<Address>
  /// Since 3.9.
  package var fut_cancel_msg: FieldOffset<Address>?
  /// In 3.9 and 3.10: three fields of the exception state.
  package var cancelledType: FieldOffset<Address>?
  package var cancelledValue: FieldOffset<Address>?
  package var cancelledTraceback: FieldOffset<Address>?
  /// Since 3.11.
  package var fut_cancelled_exc: FieldOffset<Address>?
  /// Since 3.14.
  package var fut_awaited_by: FieldOffset<Address>?
  package var fut_state: FieldOffset<Int32>
}

/// The fields of `TaskObj` after those of a future.
package struct TaskLayout: Sendable, Equatable {
  package var size: Int
  package var task_fut_waiter: FieldOffset<Address>
  package var task_coro: FieldOffset<Address>
  package var task_name: FieldOffset<Address>
  package var task_context: FieldOffset<Address>
}

public import MemoryImage

/// A thread as the kernel saw it when the dump was made.
public struct NativeThread: Sendable {
  /// The kernel's id of the thread (`gettid`).
  public let id: UInt64
  /// The registers in the order of the machine's `user_regs_struct`, by name.
  public let registers: [(name: String, value: UInt64)]
  /// The address of the thread-local storage, which is also the `pthread_t`; nil if the dump does not state it.
  public let threadPointer: UInt64?
  /// The word that the thread waits on in `futex`; nil if it is not in that call.
  public let futex: Address?

  public init(id: UInt64, registers: [(name: String, value: UInt64)], threadPointer: UInt64?, futex: Address?) {
    self.id = id
    self.registers = registers
    self.threadPointer = threadPointer
    self.futex = futex
  }
}

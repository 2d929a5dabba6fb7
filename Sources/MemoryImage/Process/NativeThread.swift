/// A thread as the kernel saw it when the dump was made.
public struct NativeThread: Sendable {
  /// The kernel's number of the thread (`gettid`).
  public let id: UInt64
  /// The registers in the order of the machine's `user_regs_struct`, by name.
  public let registers: [(name: String, value: UInt64)]
  /// Where its thread-local storage lies, which is also its `pthread_t`; nil where the dump does not tell.
  public let threadPointer: UInt64?
  /// The word that it waits for a change of in `futex`; nil if it stands elsewhere.
  public let futex: Address?

  public init(id: UInt64, registers: [(name: String, value: UInt64)], threadPointer: UInt64?, futex: Address?) {
    self.id = id
    self.registers = registers
    self.threadPointer = threadPointer
    self.futex = futex
  }
}

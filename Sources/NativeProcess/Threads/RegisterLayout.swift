import CElf

/// The general registers of a thread on a machine (`struct user_regs_struct` in `sys/user.h`).
package struct RegisterLayout: Equatable {
  /// The registers' names, in order.
  package let names: [String]
  /// The index of `rip` or `pc`.
  package let instructionPointer: Int
  /// The index of `rsp` or `sp`.
  package let stackPointer: Int
  /// The indices of the number of the system call, and of its first argument.
  package let call: Int
  package let firstArgument: Int
  /// The index of the thread's `pthread_t`, if a register holds it.
  package let threadPointer: Int?
  /// The numbers of `futex` and of `restart_syscall`, which resumes one after a signal.
  package let futexCalls: Set<UInt64>

  /// The number of registers.
  package var count: Int { names.count }

  /// Creates the layout of a machine, by its number in the ELF header.
  package init(machine: Int32) {
    if machine == EM_AARCH64 {
      names = (0...30).map { "x\($0)" } + ["sp", "pc", "pstate"]
      (instructionPointer, stackPointer, call, firstArgument, threadPointer) = (32, 31, 8, 0, nil)
      futexCalls = [98, 128]
    } else {
      names = [
        "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi",
        "orig_rax", "rip", "cs", "eflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs",
      ]
      (instructionPointer, stackPointer, call, firstArgument, threadPointer) = (16, 19, 15, 14, 21)
      futexCalls = [202, 219]
    }
  }

  /// The layout of the machine that this program runs on.
  package static var ofThisMachine: RegisterLayout {
    #if arch(arm64)
      RegisterLayout(machine: EM_AARCH64)
    #else
      RegisterLayout(machine: EM_X86_64)
    #endif
  }
}

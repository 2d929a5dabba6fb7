import CElf

/// Where the general registers of a thread are, by machine (`struct user_regs_struct` in `sys/user.h`).
struct RegisterLayout {
  /// The number of registers.
  let count: Int
  /// Which of them is `rip` or `pc`.
  let instructionPointer: Int
  /// Which of them is `rsp` or `sp`.
  let stackPointer: Int

  /// The layout of a machine, by its number in the ELF header.
  init(machine: Int32) {
    // x86_64 has 27; aarch64 x0 to x30, sp, pc, pstate.
    let isArm = machine == EM_AARCH64
    count = isArm ? 34 : 27
    instructionPointer = isArm ? 32 : 16
    stackPointer = isArm ? 31 : 19
  }

  /// The layout of the machine that this program runs on.
  static var ofThisMachine: RegisterLayout {
    #if arch(arm64)
      RegisterLayout(machine: EM_AARCH64)
    #else
      RegisterLayout(machine: EM_X86_64)
    #endif
  }
}

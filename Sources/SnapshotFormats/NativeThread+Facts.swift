import MemoryImage

extension NativeThread {
  /// The thread of which the kernel has told `facts`; nil where the machine is not known, or its registers are not.
  init?(_ facts: ThreadFacts, machine: String?) {
    guard let names = machine.flatMap({ RegisterNames.of(machine: $0) }), facts.registers.count == names.all.count
    else { return nil }
    let registers = Dictionary(uniqueKeysWithValues: zip(names.all, facts.registers))
    let isInFutex = registers[names.call].map(names.futexCalls.contains) == true
    self.init(
      id: UInt64(UInt32(bitPattern: facts.id)), registers: Array(zip(names.all, facts.registers)),
      threadPointer: names.threadPointer.flatMap { registers[$0] },
      futex: isInFutex ? registers[names.firstArgument].map { Address($0) } : nil)
  }
}

/// What the registers of a machine are called, in the order of its `user_regs_struct` (Linux' asm/ptrace.h).
private struct RegisterNames {
  let all: [String]
  /// The register with the number of the system call, and the one with its first argument.
  let call: String
  let firstArgument: String
  /// The register with the thread's `pthread_t`, if it is one of these.
  let threadPointer: String?
  /// The numbers of `futex` and of `restart_syscall`, which goes on with one after a signal.
  let futexCalls: Set<UInt64>

  static func of(machine: String) -> RegisterNames? {
    switch machine {
    case "x86_64":
      let names = "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base "
        + "gs_base ds es fs gs"
      return RegisterNames(
        all: names.split(separator: " ").map(String.init), call: "orig_rax", firstArgument: "rdi",
        threadPointer: "fs_base", futexCalls: [202, 219])
    case "aarch64":
      return RegisterNames(
        all: (0...30).map { "x\($0)" } + ["sp", "pc", "pstate"], call: "x8", firstArgument: "x0", threadPointer: nil,
        futexCalls: [98, 128])
    default: return nil
    }
  }
}

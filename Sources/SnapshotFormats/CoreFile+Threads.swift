import CElf
import MemoryImage

extension CoreFile {
  /// The threads of the process, as the notes NT_PRSTATUS tell, one for each; none where they cannot be read: the memory is
  /// of use without them.
  func threads(toldBy segments: [ProgramHeader], machine: String) -> [NativeThread] {
    guard let names = RegisterNames.of(machine: machine) else { return [] }
    var threads: [NativeThread] = []
    var rest = Self.noteLimit
    for segment in segments where segment.isNote && segment.fields.p_filesz > 0 && segment.fields.p_filesz <= rest {
      rest -= segment.fields.p_filesz
      // The other reader of the notes has told what is wrong with them.
      try? forEachNote(of: segment) { name, type, description in
        guard type == UInt32(NT_PRSTATUS), name == "CORE", let thread = nativeThread(description, names)
        else { return }
        threads.append(thread)
      }
    }
    return threads
  }

  /// The thread that a note NT_PRSTATUS is of (`struct elf_prstatus`, Linux' include/linux/elfcore.h).
  private func nativeThread(_ note: ArraySlice<UInt8>, _ names: RegisterNames) -> NativeThread? {
    let values = names.all.indices.compactMap { note.word(at: RegisterNames.offset + 8 * $0) }
    guard values.count == names.all.count, let id = note.word(at: RegisterNames.idOffset) else { return nil }
    let registers = Dictionary(uniqueKeysWithValues: zip(names.all, values))
    let isInFutex = registers[names.call].map(names.futexCalls.contains) == true
    return NativeThread(
      id: id & 0xFFFF_FFFF, registers: Array(zip(names.all, values)),
      threadPointer: names.threadPointer.flatMap { registers[$0] },
      futex: isInFutex ? registers[names.firstArgument].map { Address($0) } : nil)
  }
}

/// What the registers of a machine are called, in the order of its `user_regs_struct` (Linux' asm/ptrace.h).
private struct RegisterNames {
  /// Where `pr_reg` and `pr_pid` lie in `struct elf_prstatus` of a 64-bit machine.
  static let offset = 112
  static let idOffset = 32

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
      let names = "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base "
        + "ds es fs gs"
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

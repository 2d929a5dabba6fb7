import Glibc
package import MemoryImage
import NativeProcess

/// A dump's information about the process besides its memory, from the notes of an ELF core, or from the kernel for a living
/// process.
package struct ProcessFacts: Equatable, Sendable {
  /// The id of the process (`pr_pid`).
  package internal(set) var id: Int32?
  /// The id of the parent process (`pr_ppid`).
  package internal(set) var parentID: Int32?
  /// The user id of the process (`pr_uid`).
  package internal(set) var userID: UInt32?
  /// The group id of the process (`pr_gid`).
  package internal(set) var groupID: UInt32?
  /// The program's name, at most 15 bytes (`pr_fname`).
  package internal(set) var command: String?
  /// The command line, at most 79 bytes (`pr_psargs`).
  package internal(set) var commandLine: String?
  /// The threads; in a kernel's core the one that received the signal is first.
  package internal(set) var threads: [ThreadFacts] = []
  /// The signal that killed the process; nil if none did.
  package internal(set) var signal: SignalFacts?
  /// The auxiliary vector that the kernel passed to the program (`getauxval(3)`), in its order, without the end mark.
  package internal(set) var auxiliaryVector: [AuxiliaryEntry] = []

  /// The process group and session (`pr_pgrp`, `pr_sid`), 0 if unknown.
  var processGroup: Int32 = 0
  var session: Int32 = 0
  /// The start time, in clock ticks since the machine started (`starttime` of `proc_pid_stat(5)`).
  var startTime: UInt64?
  /// The letter of its state, as `ps` shows it.
  var state = UInt8(ascii: "R")

  package init() {}

  /// Whether nothing at all is known.
  package var isEmpty: Bool { self == ProcessFacts() }
}

/// An entry of the auxiliary vector.
package struct AuxiliaryEntry: Equatable, Sendable {
  /// The `AT_…` number.
  package let type: UInt64
  /// The number or address.
  package let value: UInt64

  /// Returns the entries in the bytes of a note NT_AUXV or of `/proc/PID/auxv`, up to the end mark.
  static func entries(in bytes: ArraySlice<UInt8>) -> [AuxiliaryEntry] {
    var entries: [AuxiliaryEntry] = []
    for position in stride(from: 0, to: min(bytes.count, 4096), by: 16) {
      guard let type = bytes.integer(UInt64.self, at: position), type != 0,
        let value = bytes.integer(UInt64.self, at: position + 8)
      else { break }
      entries.append(AuxiliaryEntry(type: type, value: value))
    }
    return entries
  }
}

/// A thread of the process, as its note NT_PRSTATUS describes it.
package struct ThreadFacts: Equatable, Sendable {
  /// The thread's id, as `gettid()` and `threading.get_native_id()` return it.
  package let id: Int32
  /// The signal it was about to receive, or 0.
  package let signal: Int32
  /// The general registers in the order of the kernel's `user_regs_struct`.
  package let registers: [UInt64]
  /// The address of the instruction it was at (`rip`, `pc`); nil if the registers are unknown.
  package let instructionPointer: Address?
  /// The end of its stack in use (`rsp`, `sp`).
  package let stackPointer: Address?
  /// The floating-point registers, as the kernel provides them; empty if unknown.
  let floatingPoint: [UInt8]
  private let layout: RegisterLayout

  init(id: Int32, signal: Int32, registers: [UInt64], layout: RegisterLayout, floatingPoint: [UInt8] = []) {
    self.id = id
    self.signal = signal
    self.registers = registers
    self.floatingPoint = floatingPoint
    self.layout = layout
    let isWhole = registers.count >= layout.count
    instructionPointer = isWhole ? Address(registers[layout.instructionPointer]) : nil
    stackPointer = isWhole ? Address(registers[layout.stackPointer]) : nil
  }
}

extension ThreadFacts {
  /// The thread with its registers by name; nil if they are unknown.
  var native: NativeThread? {
    guard registers.count >= layout.count else { return nil }
    let isInFutex = layout.futexCalls.contains(registers[layout.call])
    return NativeThread(
      id: UInt64(UInt32(bitPattern: id)), registers: Array(zip(layout.names, registers)),
      threadPointer: layout.threadPointer.map { registers[$0] },
      futex: isInFutex ? Address(registers[layout.firstArgument]) : nil)
  }
}

/// The signal that ended the process, from the note NT_SIGINFO or the first thread's NT_PRSTATUS.
package struct SignalFacts: Equatable, Sendable {
  /// The signal's number.
  package let number: Int32
  /// The cause (`si_code`), if the core records it.
  package let code: Int32?
  /// The address of the access (`si_addr`), for a fault.
  package let address: Address?
  /// The process that sent it (`si_pid`), if one did.
  package let sender: Int32?
  /// The user who sent it (`si_uid`), if a process did.
  package let senderUser: UInt32?

  /// Creates a signal of which only the number is known.
  init(number: Int32) {
    self.number = number
    code = nil
    address = nil
    sender = nil
    senderUser = nil
  }

  /// Returns whether the signal can have ended a process: debuggers record SIGSTOP if none did.
  static func isDeadly(_ number: Int32) -> Bool { number > 0 && number != SIGSTOP }

  /// Reads a `siginfo_t` (`sigaction(2)`; `include/uapi/asm-generic/siginfo.h`); nil if it is cut or not a signal.
  init?(signalInfo note: ArraySlice<UInt8>) {
    guard let number = note.integer(Int32.self, at: 0), Self.isDeadly(number),
      let code = note.integer(Int32.self, at: 8)
    else { return nil }
    self.number = number
    self.code = code
    // SI_USER, SI_QUEUE, SI_TKILL: kill(2), sigqueue(3), tgkill(2).
    let isSent = code == 0 || code == -1 || code == -6
    // SIGILL, SIGTRAP, SIGBUS, SIGFPE and SIGSEGV carry an address when the kernel itself raised them for a fault.
    let isFault = code > 0 && code < 128 && [4, 5, 7, 8, 11].contains(number)
    sender = isSent ? note.integer(Int32.self, at: 16) : nil
    senderUser = isSent ? note.integer(UInt32.self, at: 20) : nil
    address = isFault ? note.integer(UInt64.self, at: 16).map { Address($0) } : nil
  }
}

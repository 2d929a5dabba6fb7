import CPython
import MemoryImage
import Presentation
import SnapshotFormats
import Synchronization

/// What an answer is made from, and so what the dump has to hold.
struct AnswerScope: OptionSet {
  let rawValue: UInt8

  /// All memory of the process: the answer may depend on any of it.
  static let allMemory = AnswerScope(rawValue: 1)
  /// The interpreter's own lists, of threads and others.
  static let runtime = AnswerScope(rawValue: 2)
}

// An answer is incomplete if memory that it needs is not in the dump. For an answer made from all memory, this is
// whatever the dump should have and lacks. For any other, and where nothing shows what the dump should have, it is what
// was read in vain while the answer was made. So what a dumper leaves out, such as pages that are in files, counts only
// if it was needed.
extension Session {
  /// Makes an answer, and records reads of memory that is not there.
  func answering(from scope: AnswerScope, _ body: () throws -> Void) rethrows {
    self.scope.withLock { $0 = scope }
    forgetWork()
    snapshot.memory.faults.reset()
    try snapshot.memory.faults.noting(true, body)
  }

  /// Searches for what an answer may be made from. Reads of missing memory during a search are not recorded.
  func searching<Result>(_ body: () throws -> Result) rethrows -> Result {
    try snapshot.memory.faults.noting(false, body)
  }

  /// Why the latest answer is incomplete, one line each; none if it is complete.
  var gaps: [String] {
    let scope = scope.withLock { $0 }
    var gaps: [String] = []
    if scope.contains(.allMemory) { gaps += absence.map { [$0] } ?? [] }
    let isJudgedByReads = !scope.contains(.allMemory) || !snapshot.saysWhatItShouldHave
    if gaps.isEmpty, isJudgedByReads, let address = snapshot.memory.faults.noted.first {
      let count = snapshot.memory.faults.noted.pageCount
      let rest = count > 1 ? ", and in \(count - 1) more pages" : ""
      gaps.append("memory that it needs is not in the dump, at \(place(ofAbsent: address))\(rest)")
    }
    if scope.contains(.runtime), isRuntimeLost { gaps.append("the interpreter's own lists were not found") }
    return gaps.map { "the answer is incomplete: " + $0 }
  }

  /// Why no Python was found, by what the dump lacks.
  var whyNoPython: InferiorProblem {
    if let lost = LostInterpreterData(in: snapshot.memory) {
      let name = snapshot.name(at: lost.range.start) ?? snapshot.name(at: lost.program) ?? lost.name
      return .lostInterpreter(program: name.map(Self.shown) ?? "the program at \(lost.program)", range: lost.range)
    }
    let names = snapshot.absent.filter { $0.isInterpreters }
    if let first = names.first, let name = first.name {
      return .lostInterpreter(program: Self.shown(name), range: first.range)
    }
    return absence.map { .noPythonLeft($0) } ?? .noPython
  }

  /// The memory of the process that the dump should have and lacks, in words; nil if there is none.
  private var absence: String? {
    let absent = snapshot.absent
    guard let first = absent.first else {
      return snapshot.hasBrokenBlocks ? "blocks of the compressed dump are broken" : nil
    }
    let byteCount = absent.reduce(0) { $0 &+ $1.range.count }
    return "\(byteCount) bytes of the process's memory are missing from the dump, first \(first.range)"
      + (first.name.map { " (\(Self.shown($0)))" } ?? "")
  }

  private func place(ofAbsent address: Address) -> String {
    "\(address)" + (snapshot.name(at: address).map { " (\(Self.shown($0)))" } ?? "")
  }

  private static func shown(_ name: String) -> String { PythonText.clipped(PythonText.escaped(name)) }
}

extension AbsentMemory {
  /// Whether it is the file of an interpreter or its library, by its name.
  fileprivate var isInterpreters: Bool {
    name?.split(separator: "/").last.map { $0.hasPrefix("libpython3") || $0.hasPrefix("python3") } ?? false
  }
}

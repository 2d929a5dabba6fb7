package import CPython
package import MemoryImage
package import NativeProcess

/// A thread of a Python process.
package struct PythonThread: Sendable {
  package let state: ThreadState
  /// The number of the interpreter that it runs in; nil where that cannot be read.
  package let interpreter: Int?
  /// The `threading.Thread` and its name; nil for a thread that the module does not know.
  package let object: Address?
  package let name: String?
  /// Whether it holds the interpreter's lock; nil where that is not known.
  package let holdsGIL: Bool?
  /// Whether it waits for the lock; nil where that is not known, as in a dump without registers.
  package let waitsForGIL: Bool?
  /// What the kernel knew of it, where the dump has that.
  package let native: NativeThread?
  /// The kernel's number of the thread, as Python or the dump records it.
  package let nativeID: UInt64?
  /// Whether it is in no list of threads, and was found by its structure.
  package let isLost: Bool
}

/// All threads of a process, from the lists of the runtime, without a search of the heap.
package struct ThreadList: Sendable {
  /// The main interpreter's first, and within an interpreter the oldest first.
  package let threads: [PythonThread]

  /// - Parameters:
  ///   - native: what the dump records of the kernel's threads.
  ///   - lost: thread states that are in no list.
  package init(
    of runtime: RuntimeState?, native: [NativeThread] = [], lost: [ThreadState] = [], in inferior: Inferior
  ) {
    let byID = Dictionary(native.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let byPointer = Dictionary(
      native.compactMap { thread in thread.threadPointer.map { ($0, thread) } }, uniquingKeysWith: { first, _ in first })
    let lostOnes = Dictionary(grouping: lost, by: \.interpreter)
    var threads: [PythonThread] = []
    var objectsLeft = Self.objectLimit
    func add(_ states: [(ThreadState, isLost: Bool)], of interpreter: InterpreterState?) {
      let gil = interpreter.flatMap { interpreter in
        runtime.flatMap { GILState(of: interpreter, runtime: $0, in: inferior) }
      }
      let objects = interpreter.map { Self.objects(of: $0, left: &objectsLeft, in: inferior) } ?? [:]
      for (state, isLost) in states {
        let object = objects[state.threadID]
        // Python does not know its thread state's kernel thread before 3.11, but the Thread object does.
        let ownID = object?.attributes["_native_id"].flatMap { inferior.integer(at: $0) }.map { UInt64(bitPattern: Int64($0)) }
        let found = byPointer[state.threadID] ?? (state.nativeThreadID ?? ownID).flatMap { byID[$0] }
        threads.append(
          PythonThread(
            state: state, interpreter: interpreter?.id, object: object?.address,
            name: object?.attributes["_name"].flatMap { inferior.shownString(at: $0) },
            holdsGIL: gil.map { $0.holder == state.address },
            waitsForGIL: found.flatMap { thread in
              gil.map { gil in thread.futex.map { gil.range.contains($0) } ?? false }
            },
            native: found, nativeID: state.nativeThreadID ?? ownID ?? found?.id, isLost: isLost))
      }
    }
    let listed = runtime?.interpreters ?? []
    for interpreter in listed {
      let found = lostOnes[interpreter.address] ?? []
      add(interpreter.threads.map { ($0, false) } + found.map { ($0, true) }, of: interpreter)
    }
    let layout = runtime?.layout ?? inferior.layout.interpreter
    for address in Set(lostOnes.keys).subtracting(listed.map(\.address)).sorted() {
      let state = try? InterpreterState(at: address, layout: layout, in: inferior)
      let isOne = state.map { (0...Int(Int32.max)).contains($0.id) } ?? false
      add((lostOnes[address] ?? []).map { ($0, true) }, of: isOne ? state : nil)
    }
    self.threads = threads
  }

  /// A limit for hostile dumps, in which many interpreters can share a dict: no process has so many `threading.Thread`.
  private static let objectLimit = 1 << 16
  /// The maximum number of frames of all stacks of a process: in a hostile dump many threads can share a long one.
  private static let frameLimit = 1 << 22

  /// The threads with their stacks.
  package func stacks(in inferior: Inferior) -> [(thread: PythonThread, stack: CallStack)] {
    var budget = Self.frameLimit
    return threads.map { ($0, CallStack(of: $0.state, budget: &budget, in: inferior)) }
  }

  /// The `threading.Thread` of each thread.
  package static func objects(of runtime: RuntimeState?, in inferior: Inferior) -> [Address] {
    (runtime?.interpreters ?? []).flatMap { interpreter -> [Address] in
      let variable = inferior.variable("_active", ofModule: "threading", in: interpreter)
      var found: [Address] = []
      try? variable.flatMap { inferior.dict(at: $0) }?.forEachEntry(in: inferior) { _, value in
        found.append(value)
        return found.count < 1 << 16
      }
      return found
    }
  }

  /// The `threading.Thread` of each thread by its identifier, with its attributes: those that run (`_active`), and those
  /// that are being started (`_limbo`).
  private static func objects(
    of interpreter: InterpreterState, left: inout Int, in inferior: Inferior
  ) -> [UInt64: (address: Address, attributes: [String: Address])] {
    var found: [UInt64: (address: Address, attributes: [String: Address])] = [:]
    for name in ["_limbo", "_active"] where left > 0 {
      let variable = inferior.variable(name, ofModule: "threading", in: interpreter)
      guard let dict = variable.flatMap({ inferior.dict(at: $0) }) else { continue }
      try? dict.forEachEntry(in: inferior) { key, value in
        let attributes = inferior.attributes(of: value)
        if let identifier = inferior.integer(at: key) ?? attributes["_ident"].flatMap({ inferior.integer(at: $0) }) {
          found[UInt64(bitPattern: Int64(identifier))] = (value, attributes)
        }
        left -= 1
        return left > 0
      }
    }
    return found
  }
}

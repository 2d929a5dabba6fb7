import MemoryImage
import TestSupport

@testable import CPython
@testable import HeapAnalysis

/// The analysis of a whole process.
enum ProcessFuzzing {
  /// A whole process in which words were changed: its Python is found, its objects are counted, checked and printed,
  /// and what its threads and tasks wait for is found.
  static func process(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let layout = input.choice(of: Layout.supported)
    guard var heap = heaps[layout.version] else { return }
    let (first, size) = (heap.typeObject, heap.inferior().addressSpace.byteCount)
    while !input.isEmpty {
      let place = Int(input.byte()) << 8 | Int(input.byte())
      let isPointer = input.byte() % 2 == 0
      let word =
        isPointer ? (first + Int(input.byte()) << 8 + Int(input.byte())).rawValue : input.word()
      heap.write(word, at: first + place * 8 % (size - 8))
    }
    let memory = heap.inferior().addressSpace
    let version = layout.version
    guard let opened = try? Inferior.open(memory, version: version, threadCount: 1) else { return }
    let index = scanned(opened.inferior)
    examine(index, of: opened)
    examineWaiting(index, of: opened)
    var shown = 0
    index.forEachObject { header in
      ObjectFuzzing.read(header, in: opened.inferior)
      shown += 1
      return shown < 200
    }
  }

  private static func examine(_ index: ObjectIndex, of opened: OpenedInferior) {
    let inferior = opened.inferior
    let heap = Heap(index, of: inferior, workers: Workers(count: 1))
    _ = try? LayoutValidation.run(typeNumbers: nil, in: heap)
    let roots = (try? ReferenceRoot.all(of: opened.runtime, in: heap)) ?? []
    let search = ReferenceSearch(for: [opened.typeObject], limit: 10)
    _ = try? search.run(in: heap, roots: roots)
    _ = ModuleList(in: heap).modules
    for kind in [ObjectKind.str, .bytes] {
      _ = try? StringStatistics.of(kind: kind, in: heap, smallerThan: 10, largerThan: 0)
    }
  }

  private static func examineWaiting(_ index: ObjectIndex, of opened: OpenedInferior) {
    let inferior = opened.inferior
    let threads = ThreadList(of: opened.runtime, in: inferior).stacks(in: inferior)
    let heap = Heap(index, of: inferior, workers: Workers(count: 1))
    if let tasks = try? AsyncTaskGraph(in: heap) {
      _ = try? WaitGraph(threads: threads, tasks: tasks, of: opened.runtime, in: heap).deadlocks
    }
    let suspended = (try? SuspendedList(in: heap))?.chains ?? []
    _ = ExceptionList(stacks: threads, chains: suspended, in: inferior).entries
  }

  /// A heap of each version: some objects of the types that all programs have, tasks that wait, and an interpreter with two
  /// threads.
  private static let heaps = Dictionary(
    uniqueKeysWithValues: Layout.supported.map { layout in
      var heap = SyntheticHeap(layout)
      let str = heap.type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass])
      let dict = heap.type("dict", basicSize: layout.dict.size, flags: [.ready, .dictSubclass])
      let list = heap.type("list", basicSize: layout.list.size, flags: [.ready, .listSubclass])
      let int = heap.type(
        "int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass])
      let numbers = (1...5).map { heap.int([UInt32($0), 7], of: int) }
      let texts = ["sys", "builtins", "modules", "path", "len"].map { heap.string($0, of: str) }
      let holder = heap.list(numbers + texts, of: list)
      heap.addTasks(named: texts)
      let all = heap.dict(zip(texts, numbers + [holder]).map { (key: $0, value: $1) }, of: dict)
      let interpreter = heap.interpreter(
        id: 0, threadIDs: [1, 2], dicts: (all, all, all), layout: layout.interpreter)
      _ = heap.runtime(newest: interpreter, main: interpreter)
      return (layout.version, heap)
    })
}

extension SyntheticHeap {
  /// A task for each name: its coroutine awaits another one, and that a future.
  fileprivate mutating func addTasks(named names: [Address]) {
    let code = object(of: type("code", basicSize: layout.code.size), size: layout.code.size + 256)
    let types = (
      future: type("_asyncio.Future", basicSize: layout.future.size),
      task: type("_asyncio.Task", basicSize: layout.task.size),
      coroutine: type("coroutine", basicSize: layout.generator.coroutineSize), frame: type("frame", basicSize: layout.frame.size)
    )
    for name in names {
      let future = object(of: types.future, size: layout.future.size)
      let task = object(of: types.task, size: layout.task.size)
      var awaited = future
      for _ in 0..<2 {
        awaited = coroutine(of: types.coroutine, frame: types.frame, code: code, name: name, awaiting: awaited)
      }
      write(awaited, at: task + layout.task.task_coro.bytes)
      write(future, at: task + layout.task.task_fut_waiter.bytes)
      write(name, at: task + layout.task.task_name.bytes)
      write(task, at: future + layout.future.fut_callback0.bytes)
      if let field = layout.future.fut_awaited_by { write(task, at: future + field.bytes) }
    }
  }

  /// A suspended coroutine with one value on its evaluation stack.
  private mutating func coroutine(
    of type: Address, frame frameType: Address, code: Address, name: Address, awaiting awaited: Address
  ) -> Address {
    let fields = layout.generator
    let room = 64
    let coroutine = object(of: type, size: fields.coroutineSize + (layout.interpreterFrame?.size ?? 0) + room)
    write(name, at: coroutine + fields.gi_name.bytes)
    write(name, at: coroutine + fields.gi_qualname.bytes)
    if let inner = layout.interpreterFrame, let head = fields.gi_iframe, let state = fields.gi_frame_state {
      let frame = coroutine + head.bytes
      write(Int8(-1), at: coroutine + state.bytes)
      write(code, at: frame + inner.f_executable.bytes)
      write(code + 64, at: frame + inner.instr_ptr.bytes)
      write(Int8(1), at: frame + inner.owner.bytes)
      if let top = inner.stacktop { write(Int32(1), at: frame + top.bytes) }
      if let end = inner.stackpointer { write(frame + inner.localsplus.bytes + 8, at: frame + end.bytes) }
      write(awaited, at: frame + inner.localsplus.bytes)
    } else if let frameField = fields.gi_frame, let slots = layout.frame.f_localsplus {
      let frame = object(of: frameType, size: layout.frame.size + room)
      write(frame, at: coroutine + frameField.bytes)
      if let field = fields.gi_code { write(code, at: coroutine + field.bytes) }
      if let field = layout.frame.f_code { write(code, at: frame + field.bytes) }
      if let field = layout.frame.f_lasti { write(Int32(2), at: frame + field.bytes) }
      if let field = layout.frame.f_valuestack { write(frame + slots.bytes, at: frame + field.bytes) }
      if let field = layout.frame.f_stackdepth { write(Int32(1), at: frame + field.bytes) }
      if let field = layout.frame.f_stacktop { write(frame + slots.bytes + 8, at: frame + field.bytes) }
      if let field = layout.frame.f_state { write(Int8(-1), at: frame + field.bytes) }
      write(awaited, at: frame + slots.bytes)
    }
    return coroutine
  }
}

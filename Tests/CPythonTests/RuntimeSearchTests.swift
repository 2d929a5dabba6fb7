import MemoryImage
import TestSupport
import Testing

@testable import CPython

@Suite("Runtime search")
struct RuntimeSearchTests {
  /// A process with a main interpreter of two threads and a sub-interpreter of one.
  private struct Process {
    var heap: SyntheticHeap
    let main: Address
    let sub: Address
    var runtime = Address.null

    /// - Parameter change: makes the interpreters' layout differ from the table's.
    init(_ layout: Layout, change: (inout InterpreterLayout) -> Void = { _ in }) {
      heap = SyntheticHeap(layout)
      let dict = heap.type("dict", basicSize: layout.dict.size, flags: [.ready, .dictSubclass])
      let str = heap.type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass])
      func named(_ names: [String], in heap: inout SyntheticHeap) -> Address {
        let items = names.map { (key: heap.string($0, of: str), value: heap.string("value", of: str)) }
        return heap.dict(items, of: dict)
      }
      let modules = named(["sys", "builtins", "os"], in: &heap)
      let sys = named(["modules", "path", "version_info"], in: &heap)
      let builtins = named(["len", "None", "__import__"], in: &heap)
      var fields = layout.interpreter
      change(&fields)
      main = heap.interpreter(id: 0, threadIDs: [11, 12], dicts: (modules, sys, builtins), layout: fields)
      sub = heap.interpreter(id: 7, next: main, threadIDs: [13], dicts: (modules, sys, builtins), layout: fields)
    }

    func found() -> RuntimeState? {
      let inferior = heap.inferior()
      let locator = RuntimeLocator(memory: inferior.addressSpace, threadCount: 2)
      return RuntimeSearch(inferior, locator: locator).runtime(debugOffsets: nil)
    }
  }

  @Test("the runtime and its interpreters are found by structure", arguments: Layout.supported.indices)
  func structure(version: Int) throws {
    var process = Process(Layout.supported[version])
    process.runtime = process.heap.runtime(newest: process.sub, main: process.main)

    let found = try #require(process.found())

    #expect(found.address == process.runtime && found.source == .structure && found.warnings.isEmpty)
    #expect(found.interpreters.map(\.address) == [process.main, process.sub])
    #expect(found.interpreters.map(\.id) == [0, 7] && found.mainInterpreter?.address == process.main)
    #expect(found.interpreters.map { $0.threads.map(\.threadID) } == [[11, 12], [13]])
    #expect(found.interpreters.map(\.moduleCount) == [3, 3])
  }

  @Test("fields that a patch release moved are found nearby, and named", arguments: Layout.supported.indices)
  func movedFields(version: Int) throws {
    var process = Process(Layout.supported[version]) { layout in
      layout.modules = FieldOffset(layout.modules.bytes + 24)
      layout.sysdict = FieldOffset(layout.sysdict.bytes + 24)
      layout.builtins = FieldOffset(layout.builtins.bytes + 24)
    }
    process.runtime = process.heap.runtime(newest: process.sub, main: process.main)
    let table = process.heap.layout.interpreter

    let found = try #require(process.found())

    #expect(found.address == process.runtime && found.interpreters.map(\.moduleCount) == [3, 3])
    #expect(found.layout.modules.bytes == table.modules.bytes + 24)
    #expect(found.layout.builtins.bytes == table.builtins.bytes + 24)
    #expect(found.warnings.count == 1 && found.warnings[0].contains("modules at \(table.modules.bytes + 24)"))
  }

  @Test("a list of threads that begins elsewhere is found, and named")
  func movedThreads() throws {
    var process = Process(.cpython3_12) { $0.threads_head = FieldOffset($0.threads_head.bytes - 16) }
    process.runtime = process.heap.runtime(newest: process.sub, main: process.main)

    let found = try #require(process.found())

    #expect(found.interpreters.map(\.threads.count) == [2, 1])
    #expect(found.warnings.count == 1 && found.warnings[0].contains("threads.head at 56 instead of 72"))
  }

  @Test("without _PyRuntime the interpreters that have threads are found, with a warning")
  func noRuntime() throws {
    let found = try #require(Process(.cpython3_11).found())

    #expect(found.address == nil && found.interpreters.map(\.id) == [0, 7])
    #expect(found.warnings.count == 1 && found.warnings[0].contains("_PyRuntime was not found"))
  }

  @Test("without interpreters there is no runtime")
  func nothing() {
    let heap = SyntheticHeap(.cpython3_10)
    let inferior = heap.inferior()
    let locator = RuntimeLocator(memory: inferior.addressSpace, threadCount: 2)

    let found = RuntimeSearch(inferior, locator: locator).runtime(debugOffsets: nil)

    #expect(found == nil)
  }

  @Test("lists that lead back into themselves end")
  func cycles() throws {
    var process = Process(.cpython3_9)
    let (layout, thread) = (process.heap.layout.interpreter, process.heap.layout.thread)
    process.runtime = process.heap.runtime(newest: process.sub, main: process.main)
    process.heap.write(process.sub, at: process.main + layout.next.bytes)
    // The older thread of the main interpreter claims the newer one as a still older one.
    let inferior = process.heap.inferior()
    let newest: Address = try inferior.addressSpace.load(at: process.main + layout.threads_head.bytes)
    let oldest: Address = try inferior.addressSpace.load(at: newest + thread.next.bytes)
    process.heap.write(newest, at: oldest + thread.next.bytes)

    let found = try #require(process.found())

    #expect(found.interpreters.map(\.id) == [0, 7])
    #expect(found.mainInterpreter?.threads.map(\.threadID) == [11, 12])
    #expect(found.warnings.contains { $0.contains("list of threads cannot be read beyond 2") })
  }
}

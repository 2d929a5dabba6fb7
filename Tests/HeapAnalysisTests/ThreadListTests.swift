import HeapAnalysis
import MemoryImage
import NativeProcess
import TestSupport
import Testing

@testable import CPython

/// The threads of a process: from the runtime's lists, the module `threading`, the kernel, and by their structure.
struct ThreadListTests {
  private let names = ["MainThread", "worker", "another"]

  /// The runtime of a process, with the state of the GIL at `gil`.
  private func runtime(_ process: SyntheticProcess, address: Address?) -> (RuntimeState, Inferior) {
    let inferior = process.heap.inferior()
    return (
      RuntimeState(
        address: address, source: .structure, heads: [process.interpreter], layout: process.layout.interpreter, in: inferior),
      inferior
    )
  }

  @Test(arguments: Layout.supported.indices)
  func `threads are the oldest first, with the names that threading gives them`(version: Int) {
    let process = SyntheticProcess(Layout.supported[version], names: names)
    let (runtime, inferior) = runtime(process, address: nil)
    let list = ThreadList(of: runtime, in: inferior)
    #expect(list.threads.map(\.state.address) == process.threads)
    #expect(list.threads.map(\.state.threadID) == [0x1000, 0x2000, 0x3000])
    #expect(list.threads.map(\.name) == names)
    #expect(list.threads.map(\.object) == process.objects)
    #expect(list.threads.allSatisfy { $0.interpreter == 0 && !$0.isLost && $0.native == nil })
    #expect(ThreadList.objects(of: runtime, in: inferior) == process.objects)
    #expect(list.stacks(in: inferior).allSatisfy { $0.stack.frames.isEmpty })
  }

  @Test func `a process without a runtime has no threads but those that are found by structure`() throws {
    let process = SyntheticProcess(.cpython3_12, names: names)
    let inferior = process.heap.inferior()
    #expect(ThreadList(of: nil, in: inferior).threads.isEmpty)
    let lost = try process.threads.map { try ThreadState(at: $0, in: inferior) }
    let found = ThreadList(of: nil, lost: lost, in: inferior).threads
    #expect(found.map(\.state.address) == process.threads)
    // The interpreter that they name is one, and knows their names.
    #expect(found.allSatisfy { $0.isLost && $0.interpreter == 0 })
    #expect(found.map(\.name) == names)
  }

  @Test func `threads that were found by structure follow those of their interpreter's list`() throws {
    var process = SyntheticProcess(.cpython3_12, names: names)
    let extra = process.heap.allocate(process.layout.thread.size)
    process.heap.write(process.interpreter, in: process.layout.thread.interp, of: extra)
    process.heap.write(0x9000, in: process.layout.thread.thread_id, of: extra)
    let (runtime, inferior) = runtime(process, address: nil)
    let lost = try ThreadState(at: extra, in: inferior)
    let list = ThreadList(of: runtime, lost: [lost], in: inferior).threads
    #expect(list.map(\.state.address) == process.threads + [extra])
    #expect(list.map(\.isLost) == [false, false, false, true])
    #expect(list.last?.name == nil && list.last?.object == nil)
  }

  @Test(arguments: Layout.supported.indices)
  func `the kernel's thread is the one with the same pointer`(version: Int) {
    let process = SyntheticProcess(Layout.supported[version], names: names)
    let (runtime, inferior) = runtime(process, address: nil)
    let native = [
      NativeThread(id: 71, registers: [], threadPointer: 0x2000, futex: nil),
      NativeThread(id: 70, registers: [], threadPointer: 0x1000, futex: Address(0x5000)),
      NativeThread(id: 79, registers: [], threadPointer: nil, futex: nil),
    ]
    let list = ThreadList(of: runtime, native: native, in: inferior)
    #expect(list.threads.map { $0.native?.id } == [70, 71, nil])
  }

  @Test(arguments: Layout.supported.indices)
  func `one thread holds the GIL, and those on its futex wait for it`(version: Int) throws {
    let layout = Layout.supported[version]
    var process = SyntheticProcess(layout, names: names)
    let place: Address
    let address: Address?
    if let field = layout.interpreter.gil {
      place = process.heap.allocate(layout.gil.size)
      process.heap.write(place, in: field, of: process.interpreter)
      address = nil
    } else {
      let runtime = process.heap.runtime(newest: process.interpreter, main: process.interpreter)
      place = runtime + (try #require(layout.runtime.gil)).bytes
      address = runtime
    }
    process.heap.write(process.threads[1], in: layout.gil.last_holder, of: place)
    process.heap.write(1, in: layout.gil.locked, of: place)
    let native = [(0x1000, place + 8), (0x2000, nil), (0x3000, place + layout.gil.size)].map { pointer, futex in
      NativeThread(id: UInt64(pointer), registers: [], threadPointer: UInt64(pointer), futex: futex)
    }

    let (runtime, inferior) = runtime(process, address: address)
    let list = ThreadList(of: runtime, native: native, in: inferior)

    #expect(list.threads.map(\.holdsGIL) == [false, true, false])
    #expect(list.threads.map(\.waitsForGIL) == [true, false, false])
    process.heap.write(0, in: layout.gil.locked, of: place)
    let (freed, memory) = self.runtime(process, address: address)
    #expect(ThreadList(of: freed, in: memory).threads.map(\.holdsGIL) == [false, false, false])
    // Something that is no lock.
    process.heap.write(5, in: layout.gil.locked, of: place)
    let (other, otherMemory) = self.runtime(process, address: address)
    #expect(ThreadList(of: other, in: otherMemory).threads.map(\.holdsGIL) == [nil, nil, nil])
  }
}

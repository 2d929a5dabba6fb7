import MemoryImage
import TestSupport
import Testing

@testable import CPython

/// Frames of a thread of a version that keeps them on a stack of its own, in parts: 3.11 and later.
private struct Stack {
  var heap: SyntheticHeap
  let code: Address
  let thread: Address
  private let frameLayout: InterpreterFrameLayout
  private let chunkLayout: StackChunkLayout

  init(_ layout: Layout) throws {
    heap = SyntheticHeap(layout)
    frameLayout = try #require(layout.interpreterFrame)
    chunkLayout = try #require(layout.stackChunk)
    let type = heap.type("code", basicSize: layout.code.size)
    code = heap.object(of: type, size: layout.code.size + 64)
    thread = heap.allocate(layout.thread.size)
  }

  /// The bytes of a frame without variables.
  var frameSize: Int { frameLayout.localsplus.bytes }

  /// A part of the stack with some frames, the oldest first, each called by the one before it; and their addresses.
  mutating func part(of count: Int, before previous: Address, caller: Address) -> (chunk: Address, frames: [Address]) {
    let chunk = heap.allocate(chunkLayout.data.bytes + 8 + count * frameSize)
    let start = chunk + chunkLayout.data.bytes + (previous.isNull ? 8 : 0)
    let frames = (0..<count).map { start + $0 * frameSize }
    var caller = caller
    for frame in frames {
      heap.write(code, at: frame + frameLayout.f_executable.bytes)
      heap.write(caller, at: frame + frameLayout.previous.bytes)
      heap.write(code + heap.layout.code.size, at: frame + frameLayout.instr_ptr.bytes)
      caller = frame
    }
    heap.write(previous, at: chunk + chunkLayout.previous.bytes)
    heap.write((count * frameSize + (previous.isNull ? 8 : 0)) / 8, at: chunk + chunkLayout.top.bytes)
    return (chunk, frames)
  }

  /// Makes a frame the thread's current one, with `chunk` as the newest part of its stack.
  mutating func run(_ frame: Address, on chunk: Address) throws {
    let layout = heap.layout.thread
    heap.write(chunk, at: thread + (try #require(layout.datastack_chunk)).bytes)
    if let field = layout.cframe, let inner = layout.cframe_current_frame {
      let cFrame = heap.allocate(64)
      heap.write(frame, at: cFrame + inner.bytes)
      heap.write(cFrame, at: thread + field.bytes)
    } else {
      heap.write(frame, at: thread + (try #require(layout.current_frame)).bytes)
    }
  }

  mutating func cut(callerOf frame: Address) { heap.write(Address(0x10), at: frame + frameLayout.previous.bytes) }

  mutating func setPrevious(of chunk: Address, to other: Address) {
    heap.write(other, at: chunk + chunkLayout.previous.bytes)
  }

  /// The frames of the thread, and how many of the budget were read.
  func frames(budget: Int = 1000) throws -> (stack: CallStack, read: Int) {
    let inferior = heap.inferior()
    var left = budget
    let stack = CallStack(of: try ThreadState(at: thread, in: inferior), budget: &left, in: inferior)
    return (stack, budget - left)
  }
}

struct CallStackTests {
  /// The versions that keep frames so.
  static let versions = Layout.supported.indices.filter { Layout.supported[$0].stackChunk != nil }

  @Test(arguments: versions)
  func `frames are those of the chain, the innermost first`(version: Int) throws {
    var stack = try Stack(Layout.supported[version])
    let old = stack.part(of: 2, before: .null, caller: .null)
    let new = stack.part(of: 3, before: old.chunk, caller: old.frames[1])
    try stack.run(new.frames[2], on: new.chunk)

    let (found, read) = try stack.frames()

    #expect(found.frames.map(\.address) == (old.frames + new.frames).reversed())
    #expect(!found.isCut && read == 5)
  }

  @Test(arguments: versions)
  func `where the chain is cut the stack's own parts lead on`(version: Int) throws {
    var stack = try Stack(Layout.supported[version])
    let oldest = stack.part(of: 2, before: .null, caller: .null)
    let old = stack.part(of: 2, before: oldest.chunk, caller: oldest.frames[1])
    let new = stack.part(of: 3, before: old.chunk, caller: old.frames[1])
    try stack.run(new.frames[2], on: new.chunk)
    stack.cut(callerOf: new.frames[1])

    let (found, _) = try stack.frames()

    #expect(found.isCut)
    #expect(found.frames.map(\.address) == (oldest.frames + old.frames + new.frames).reversed())
  }

  @Test(arguments: versions)
  func `parts in a circle end with the budget`(version: Int) throws {
    var stack = try Stack(Layout.supported[version])
    let old = stack.part(of: 2, before: .null, caller: .null)
    let new = stack.part(of: 3, before: old.chunk, caller: old.frames[1])
    try stack.run(new.frames[2], on: new.chunk)
    stack.cut(callerOf: new.frames[1])
    stack.setPrevious(of: old.chunk, to: new.chunk)

    let (found, read) = try stack.frames()

    #expect(read == 1000 && found.isCut && !found.isCircle)
    #expect(found.frames.prefix(3).map(\.address) == new.frames.reversed())
  }

  @Test(arguments: versions)
  func `frames that call each other are told once`(version: Int) throws {
    let layout = Layout.supported[version]
    let previous = try #require(layout.interpreterFrame).previous.bytes
    for target in 0..<5 {
      var stack = try Stack(layout)
      let old = stack.part(of: 2, before: .null, caller: .null)
      let new = stack.part(of: 3, before: old.chunk, caller: old.frames[1])
      try stack.run(new.frames[2], on: new.chunk)
      let all = old.frames + new.frames
      stack.heap.write(all[target], at: old.frames[0] + previous)

      let (found, read) = try stack.frames()

      #expect(found.frames.map(\.address) == all.reversed(), "\(target)")
      #expect(found.isCut && found.isCircle && read < 20)
    }
  }
}

import CPython
import HeapAnalysis
import MemoryImage
import TestSupport
import Testing

/// Objects that the compiler put into a program's data.
@Suite("Static objects")
struct StaticObjectTests {
  /// A count that a static object of the version has.
  private func count(_ layout: Layout) -> UInt64 {
    switch layout.object.referenceCount {
    case .wholeWord: 1
    case .lowHalf: 0xFFFF_FFFF
    case .lowHalfBesideFlags: 0xC000_0000
    }
  }

  private func number(_ heap: inout SyntheticHeap, of type: Address, shifted: Bool) -> Address {
    let block = heap.allocate(64)
    let number = block + (shifted ? 8 : 0)
    heap.write(count(heap.layout), at: number)
    heap.write(type, at: number + heap.layout.object.ob_type.bytes)
    return number
  }

  @Test("where types lie at multiples of 8, other objects do as well", arguments: Layout.supported.indices)
  func atEights(version: Int) throws {
    let layout = Layout.supported[version]
    for isShifted in [false, true] {
      var heap = SyntheticHeap(layout)
      let plain = heap.type("plain", basicSize: 64)
      // A type of its own that the compiler aligned to 8 only.
      if isShifted {
        let other = heap.allocate(layout.type.size + 8) + 8
        heap.copyType(plain, to: other)
      }
      let objects = [false, true].map { number(&heap, of: plain, shifted: $0) }

      let index = try HeapScanner(heap.program(), workers: Workers(count: 1)).scan()

      let isImmortal = layout.object.referenceCount != .wholeWord
      #expect(objects.map(index.contains) == [true, isShifted || isImmortal])
    }
  }

  @Test("data beyond 64 MB are looked through at multiples of 8", arguments: [3])
  func largeData(version: Int) throws {
    var heap = SyntheticHeap(Layout.supported[version])
    // As large as a word and a header: such an object may be anywhere.
    let tiny = heap.type("tiny", basicSize: 16)
    let object = number(&heap, of: tiny, shifted: true)

    let index = try HeapScanner(heap.program(byteCount: 65 << 20), workers: Workers(count: 1)).scan()

    #expect(index.contains(object))
  }

  @Test("what is immortal and static needs no collector's head", arguments: Layout.supported.indices)
  func withoutHead(version: Int) throws {
    let layout = Layout.supported[version]
    var heap = SyntheticHeap(layout)
    let executor = heap.type("uop_executor", basicSize: 64, flags: [.ready, .gc])
    _ = heap.text("no collector's head lies before it")
    let object = number(&heap, of: executor, shifted: false)

    let index = try HeapScanner(heap.program(), workers: Workers(count: 1)).scan()

    #expect(index.contains(object) == (layout.object.referenceCount != .wholeWord))
  }

  @Test("a library's variable with a type that is collected, beside a flag, is no object", arguments: Layout.supported.indices)
  func flagBesideType(version: Int) throws {
    let layout = Layout.supported[version]
    for flag in [1, 2, 3] as [UInt64] {
      var heap = SyntheticHeap(layout)
      let namespace = heap.type("types.SimpleNamespace", basicSize: 24, flags: [.ready, .gc])
      _ = heap.allocate(64)
      let variable = number(&heap, of: namespace, shifted: false)
      heap.write(flag, at: variable)

      let index = try HeapScanner(heap.program(isInterpreter: false), workers: Workers(count: 1)).scan()

      #expect(!index.contains(variable))
    }
  }

  @Test("a library's variable with the type of a singleton, beside a number, is no object", arguments: Layout.supported.indices)
  func numberBesideSingletonType(version: Int) throws {
    var heap = SyntheticHeap(Layout.supported[version])
    let none = heap.type("NoneType", basicSize: 16)
    let variable = number(&heap, of: none, shifted: false)
    heap.write(UInt64(0xB5_04A0), at: variable)

    let index = try HeapScanner(heap.program(isInterpreter: false), workers: Workers(count: 1)).scan()

    #expect(!index.contains(variable))
  }

  @Test("a definition of a module may be at a multiple of 8 if something refers to it", arguments: Layout.supported.indices)
  func definitionAtEights(version: Int) throws {
    for isReferred in [false, true] {
      var heap = SyntheticHeap(Layout.supported[version])
      let kind = heap.type("moduledef", basicSize: 104)
      let definition = heap.allocate(128) + 8
      heap.write(UInt64(1), at: definition)
      heap.write(kind, at: definition + heap.layout.object.ob_type.bytes)
      let variable = heap.allocate(16)
      if isReferred { heap.write(definition, at: variable) }

      let index = try HeapScanner(heap.program(isInterpreter: false), workers: Workers(count: 1)).scan()

      #expect(index.contains(definition) == isReferred)
    }
  }

  @Test("a number beside a type in a library's data is no object if nothing refers to it", arguments: Layout.supported.indices)
  func numberBesideType(version: Int) throws {
    for (isShifted, word) in [(true, 5), (false, 0x1C_0256)] as [(Bool, UInt64)] {
      var heap = SyntheticHeap(Layout.supported[version])
      let plain = heap.type("plain", basicSize: 64)
      // Static objects of this program may be at multiples of 8.
      let other = heap.allocate(heap.layout.type.size + 8) + 8
      heap.copyType(plain, to: other)
      let entry = number(&heap, of: plain, shifted: isShifted)
      heap.write(word, at: entry)

      let index = try HeapScanner(heap.program(isInterpreter: false), workers: Workers(count: 1)).scan()

      #expect(!index.contains(entry))
    }
  }
}

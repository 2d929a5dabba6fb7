import CPython
import MemoryImage
import Presentation
import TestSupport
import Testing

@Suite("Hostile values")
struct HostileValueTests {
  @Test(
    "an int of more digits than can be read is cut and says so", arguments: Layout.supported.indices
  )
  func longInt(version: Int) {
    var heap = SyntheticHeap(Layout.supported[version])
    let type = heap.type(
      "int", basicSize: heap.layout.long.ob_digit.bytes, itemSize: 4,
      flags: [.ready, .longSubclass])
    let whole = heap.int([UInt32](repeating: 0x2AAA_AAAA, count: 2_001), of: type)
    let long = heap.int([UInt32](repeating: 0x2AAA_AAAA, count: 20_000), of: type)
    let printer = ObjectPrinter(heap.inferior(), options: PrintingOptions())

    let (wholeText, cutText) = (printer.text(of: whole), printer.text(of: long))

    #expect(wholeText == "0x2" + String(repeating: "a", count: 2_001 * 30 / 4) + "@\(whole)")
    #expect(cutText.hasPrefix("0xaaaa") && cutText.hasSuffix("a...<30000 more digits>@\(long)"))
  }

  @Test("a task that is its own coroutine, or that of another, is printed once", arguments: Layout.supported.indices)
  func ownCoroutine(version: Int) {
    var heap = SyntheticHeap(Layout.supported[version])
    let task = heap.type("_asyncio.Task", basicSize: heap.layout.task.size)
    let (own, first, second) = (
      heap.object(of: task, size: heap.layout.task.size), heap.object(of: task, size: heap.layout.task.size),
      heap.object(of: task, size: heap.layout.task.size)
    )
    for (one, coroutine) in [(own, own), (first, second), (second, first)] {
      heap.write(coroutine, at: one + heap.layout.task.task_coro.bytes)
    }
    let printer = ObjectPrinter(heap.inferior(), options: PrintingOptions())

    for address in [own, first, second] {
      let text = printer.text(of: address)
      #expect(text.hasPrefix("<Task pending\n") && text.utf8.count < 1000, "\(text)")
    }
  }

  @Test("lists that hold each other a hundred times over are cut and say so")
  func endlessValue() {
    var heap = SyntheticHeap(.cpython3_10)
    let type = heap.type("list", basicSize: heap.layout.list.size, flags: [.ready, .listSubclass])
    var level = heap.list([], of: type)
    for _ in 0..<50 { level = heap.list([Address](repeating: level, count: 100), of: type) }
    var options = PrintingOptions()
    options.maxRecursionDepth = .max

    let text = ObjectPrinter(heap.inferior(), options: options).text(of: level)

    #expect(text.utf8.count < 80 << 20 && text.contains("<!too_many_objects>"))
  }
}

import MemoryImage
import TestSupport

@testable import CPython

/// Arrays of NumPy, and their parts.
enum ArrayFuzzing {
  /// Arrays, descriptors and scalars of every kind in which words were changed: each is checked, walked and printed.
  static func arrays(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    guard let (fresh, objects) = input.choice(of: heaps) else { return }
    var heap = fresh
    heap.change(objects, by: &input)
    let inferior = heap.inferior()
    for address in objects {
      if let header = inferior.object(at: address) { ObjectFuzzing.read(header, in: inferior) }
    }
  }

  /// Heaps with the arrays of both generations of NumPy, and the arrays' addresses.
  private static let heaps: [(heap: SyntheticHeap, objects: [Address])?] = [
    NumpyHeap(.cpython3_8, generation: 1), NumpyHeap(.cpython3_11, generation: 1), NumpyHeap(.cpython3_12, generation: 2),
    NumpyHeap(.cpython3_14, generation: 2),
  ].map { $0.map(filled) }

  private static func filled(_ numpy: NumpyHeap) -> (heap: SyntheticHeap, objects: [Address]) {
    var numpy = numpy
    let data = numpy.data([1.5, -2, 0, 3].map(\.bitPattern))
    let double = numpy.descriptor("float64", kind: "f", size: 8)
    let day = numpy.date(unit: 4, count: 1)
    let pair = numpy.subarray(of: double, shape: [1, 2], size: 16)
    let record = numpy.structure([("one", double, 0), ("two", pair, 8), ("day", day, 24)], size: 32)
    let text = numpy.descriptor("str_", kind: "U", size: 8)
    let object = numpy.descriptor("object_", kind: "O", size: 8, order: "|")
    let items = numpy.data([double.rawValue, record.rawValue])
    let whole = numpy.array(double, shape: [2, 2], strides: [16, 8], data: data)
    let arrays = [
      whole, numpy.array(record, shape: [1], strides: [32], data: data),
      numpy.array(text, shape: [4], strides: [-8], data: data + 24, base: whole),
      numpy.array(object, shape: [2], strides: [8], data: items),
    ]
    let scalars = [
      numpy.scalar("float64", bytes: [0, 0, 0, 0, 0, 0, 0xF8, 0x3F]), numpy.scalar("bool", bytes: [1]),
      numpy.void(record, data: data),
    ]
    return (numpy.heap, arrays + scalars + [double, day, pair, record, text, object])
  }
}

extension SyntheticHeap {
  /// Changes words of some objects, and of what follows them: three bytes say which and what, more may follow.
  fileprivate mutating func change(_ objects: [Address], by input: inout FuzzInput) {
    let end = typeObject + inferior().addressSpace.byteCount
    while !input.isEmpty {
      let place = input.choice(of: objects) + 8 * Int(input.byte() % 32)
      let what = input.byte()
      let word: UInt64 =
        switch what % 4 {
        case 0: input.choice(of: objects).rawValue
        case 1: UInt64(what >> 2)
        case 2: UInt64(input.byte()) << UInt64(what >> 2)
        default: input.word()
        }
      if place + 8 <= end { write(word, at: place) }
    }
  }
}

import MemoryImage

// The references to objects in the items of structured types: in fields, in arrays as fields, at any offset.
extension PyArrayDescr {
  /// Limits for hostile dumps: the depth to which nested structures are followed, the number of fields that are read, and
  /// the number of references that are found in one item.
  private static let deepest = 8
  private static let fieldLimit = 1 << 11
  private static let offsetLimit = 1 << 12

  /// The offsets of the references in an item, ascending and without repetition; empty if the items hold no objects.
  func objectOffsets(in inferior: Inferior) -> [Int] {
    if holdsObjects { return [0] }
    var left = Self.fieldLimit
    let found = offsets(depth: 0, &left, in: inferior).filter { $0 >= 0 && $0 <= itemSize - 8 }
    return Array(Set(found)).sorted()
  }

  private func offsets(depth: Int, _ left: inout Int, in inferior: Inferior) -> [Int] {
    if holdsObjects { return [0] }
    // Only structures, and arrays inside items, have parts.
    guard kind == UInt8(ascii: "V"), depth < Self.deepest, left > 0 else { return [] }
    if let (base, shape) = subarray(in: inferior) {
      left -= 1
      let inner = base.offsets(depth: depth + 1, &left, in: inferior)
      guard !inner.isEmpty, base.itemSize > 0 else { return [] }
      let count = min(Self.count(shape), min(itemSize / base.itemSize, Self.offsetLimit / inner.count))
      return (0..<max(0, count)).flatMap { number in inner.map { $0 &+ number &* base.itemSize } }
    }
    var found: [Int] = []
    for field in fields(in: inferior) ?? [] where left > 0 && found.count < Self.offsetLimit {
      left -= 1
      guard field.offset >= 0, field.offset < itemSize else { continue }
      found += field.descr.offsets(depth: depth + 1, &left, in: inferior).map { $0 &+ field.offset }
    }
    return found
  }

  /// The product of the sizes; 0 if they are invalid.
  private static func count(_ shape: [Int]) -> Int {
    shape.reduce(1) { product, size in
      let (result, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow || size < 0 ? 0 : result
    }
  }

  /// The names and indices that lead to an offset in an item: `['in'][1]['value']`.
  package func path(to offset: Int, in inferior: Inferior) -> String {
    var (path, descr, rest) = ("", self, offset)
    for _ in 0..<Self.deepest {
      if let (base, shape) = descr.subarray(in: inferior), base.itemSize > 0 {
        path += "[" + Self.indices(of: rest / base.itemSize, shape).map(String.init).joined(separator: ", ") + "]"
        (descr, rest) = (base, rest % base.itemSize)
      } else if let field = descr.fields(in: inferior)?.last(where: { $0.offset <= rest && rest - $0.offset < $0.descr.itemSize })
      {
        path += "[" + PythonText.quoted(field.name) + "]"
        (descr, rest) = (field.descr, rest - field.offset)
      } else {
        break
      }
    }
    return path
  }

  /// The indices of the item with the given number, in an array whose last index varies fastest.
  private static func indices(of number: Int, _ shape: [Int]) -> [Int] {
    var rest = number
    return shape.reversed().map { size in
      guard size > 0 else { return 0 }
      defer { rest /= size }
      return rest % size
    }.reversed()
  }
}

/// The references in the items of an array, or in the one item of a `numpy.void`.
struct ItemReferences {
  let descr: PyArrayDescr
  let data: Address
  let count: Int

  /// Calls `body` with each reference until it returns false; does nothing if not all items are in the dump.
  func forEach(in inferior: Inferior, _ body: (_ value: Address, _ index: Int, _ offset: Int) -> Bool) {
    let offsets = descr.objectOffsets(in: inferior)
    let (size, overflow) = count.multipliedReportingOverflow(by: descr.itemSize)
    guard !offsets.isEmpty, !overflow, size > 0, inferior.memory.isMapped(data, byteCount: size) else { return }
    for index in 0..<count {
      let item = data + index &* descr.itemSize
      for offset in offsets {
        let value = (try? inferior.memory.load(Address.self, at: item + offset)) ?? .null
        guard body(value, index, offset) else { return }
      }
    }
  }
}

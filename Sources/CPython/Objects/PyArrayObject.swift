package import MemoryImage

/// A `numpy.ndarray` as it lay in the inferior's memory.
///
/// Mirrors `PyArrayObject_fields` in NumPy's `ndarraytypes.h`.
package struct PyArrayObject: PythonObject {
  package let address: Address
  /// The first item (`data`).
  package let data: Address
  /// The object that the items belong to, if they are not the array's own (`base`).
  package let base: Address
  /// The kind of items (`descr`).
  package let descriptor: Address
  private let record: MemoryRecord
  private let dimensionCount: Int32
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = NumpyLayout.array
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: layout.size)
    data = record[layout.data]
    base = record[layout.base]
    descriptor = record[layout.descr]
    dimensionCount = record[layout.nd]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard (0...NumpyLayout.array.mostDimensions).contains(dimensionCount) else { return .sizeOutOfRange }
    guard inferior.isObject(descriptor, ofKind: .arrayDescriptor) else { return .wrongReferentType }
    guard let shape = sizes(in: inferior), strides(in: inferior) != nil else { return .unmappedItems }
    guard shape.allSatisfy({ $0 >= 0 }), byteTotal(in: inferior) != nil else { return .sizeOutOfRange }
    return base.isNull || inferior.object(at: base) != nil ? nil : .invalidReferent
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    body(base, .held, "base")
    body(descriptor, .held, "descr")
    guard let descr = PyArrayDescr(at: descriptor, in: inferior), descr.holdsObjects, isOwner,
      let count = itemCount(in: inferior), inferior.memory.isMapped(data, byteCount: count &* 8),
      let items = try? inferior.memory.array(of: Address.self, at: data, count: count)
    else { return }
    for index in 0..<items.count { body(items[index], .held, .item(index)) }
  }

  /// `array_sizeof`: shape and strides, and the items if they are the array's own.
  package func byteCount(in inferior: Inferior) -> Int {
    let own = headSize(in: inferior) &+ Int(max(0, dimensionCount)) &* 16
    return own &+ (isOwner ? byteTotal(in: inferior) ?? 0 : 0)
  }

  /// `tp_basicsize` of the type; before NumPy 1.20, whose arrays are smaller, that of `ndarray` also for a subclass.
  private func headSize(in inferior: Inferior) -> Int {
    var info: TypeInfo? = inferior.types.types[Int(type.number)]
    for _ in 0..<16 {
      guard let next = info, next.name != "numpy.ndarray" else { break }
      info = inferior.types.type(at: next.base)
    }
    let size = info?.traits.basicSize ?? type.basicSize
    return size == NumpyLayout.array.smallSize ? size : type.basicSize
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let info = inferior.types.types[Int(type.number)]
    let descr = PyArrayDescr(at: descriptor, in: inferior)
    var text =
      "\(info.name) dtype=\(descr.map { NumpyTypeText($0, in: inferior).text } ?? "?") shape=\(Self.tuple(sizes(in: inferior)))"
    text += " strides=\(Self.tuple(strides(in: inferior)))" + (isOwner ? "" : " view")
    if let descr, !descr.holdsObjects {
      let shown = NumpyPreview(self, descr, in: inferior).texts(limit: min(limit, Self.previewLength))
      let rest = (itemCount(in: inferior) ?? 0) - shown.count
      text += " [" + (shown + (rest > 0 ? ["...<\(rest) more>"] : [])).joined(separator: ", ") + "]"
    }
    var fields = [ObjectShape.Field("descr", object: descriptor)]
    if !base.isNull { fields.append(.init("base", object: base)) }
    if let descr, descr.holdsObjects {
      let items = inferior.pointers(at: data, count: itemCount(in: inferior) ?? 0, limit: limit)
      fields += items.enumerated().map { .init("[\($0)]", object: $1) }
    }
    let header = ObjectHeader(address: address, type: type)
    return .described(text, fields: fields + Instance(header).attributes(in: inferior, limit: limit))
  }

  /// How many items a description shows.
  private static let previewLength = 8

  static func tuple(_ numbers: [Int]?) -> String {
    guard let numbers else { return "?" }
    return "(" + numbers.map(String.init).joined(separator: ", ") + (numbers.count == 1 ? ",)" : ")")
  }
}

extension PyArrayObject {
  /// Whether the items were allocated for this array (`NPY_ARRAY_OWNDATA`).
  package var isOwner: Bool { record[NumpyLayout.array.flags] & NumpyLayout.array.ownsData != 0 }

  /// The number of items in each dimension; nil if they are not in the dump.
  package func sizes(in inferior: Inferior) -> [Int]? { numbers(at: NumpyLayout.array.dimensions, in: inferior) }

  /// The bytes from one item to the next, in each dimension.
  package func strides(in inferior: Inferior) -> [Int]? { numbers(at: NumpyLayout.array.strides, in: inferior) }

  private func numbers(at field: FieldOffset<Address>, in inferior: Inferior) -> [Int]? {
    guard (0...NumpyLayout.array.mostDimensions).contains(dimensionCount) else { return nil }
    return (try? inferior.memory.array(of: Int.self, at: record[field], count: Int(dimensionCount))).map(Array.init)
  }

  /// The number of items; nil if it cannot be one.
  package func itemCount(in inferior: Inferior) -> Int? {
    guard let sizes = sizes(in: inferior) else { return nil }
    var product = 1
    for size in sizes {
      let (result, overflow) = product.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { return nil }
      product = result
    }
    return product
  }

  /// The bytes of all items.
  private func byteTotal(in inferior: Inferior) -> Int? {
    guard let count = itemCount(in: inferior), let descr = PyArrayDescr(at: descriptor, in: inferior) else {
      return nil
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: descr.itemSize)
    return overflow || descr.itemSize < 0 ? nil : bytes
  }
}

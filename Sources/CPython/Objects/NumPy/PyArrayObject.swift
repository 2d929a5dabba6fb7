package import MemoryImage

/// A `numpy.ndarray` in the inferior's memory.
///
/// Mirrors `PyArrayObject_fields` in NumPy's `ndarraytypes.h`.
package struct PyArrayObject: PythonObject {
  package let address: Address
  /// The first item (`data`).
  package let data: Address
  /// The object that owns the items, if the array does not (`base`).
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
    guard isOwner, let references = references(in: inferior) else { return }
    let isPlain = references.descr.holdsObjects
    references.forEach(in: inferior) { value, index, offset in
      body(value, .held, isPlain ? .item(index) : .itemField(index, offset))
      return true
    }
  }

  /// The references in the items; nil if they hold no objects, or cannot be read.
  private func references(in inferior: Inferior) -> ItemReferences? {
    guard let descr = PyArrayDescr(at: descriptor, in: inferior), descr.mayHoldObjects, let count = itemCount(in: inferior)
    else { return nil }
    return ItemReferences(descr: descr, data: data, count: count)
  }

  /// `array_sizeof`: shape and strides, and the items if the array owns them.
  package func byteCount(in inferior: Inferior) -> Int {
    let own = headSize(in: inferior) &+ Int(max(0, dimensionCount)) &* 16
    return own &+ (isOwner ? byteTotal(in: inferior) ?? 0 : 0)
  }

  /// `tp_basicsize` of the type. Before NumPy 1.20, whose arrays are smaller, that of `ndarray`, also for a subclass.
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
    // The items of a view may be anywhere: its base has them all.
    if let descr, descr.holdsObjects || isOwner { fields += held(descr, in: inferior, limit: limit) }
    let header = ObjectHeader(address: address, type: type)
    return .described(text, fields: fields + Instance(header).attributes(in: inferior, limit: limit))
  }

  /// The first objects that the items hold, with the path to each: `[0]`, `[1]['value']`.
  private func held(_ descr: PyArrayDescr, in inferior: Inferior, limit: Int) -> [ObjectShape.Field] {
    var fields: [ObjectShape.Field] = []
    references(in: inferior)?.forEach(in: inferior) { value, index, offset in
      guard fields.count < limit else { return false }
      fields.append(.init("[\(index)]\(descr.path(to: offset, in: inferior))", object: value))
      return true
    }
    return fields
  }

  /// The number of items that a description shows.
  private static let previewLength = 8

  static func tuple(_ numbers: [Int]?) -> String {
    guard let numbers else { return "?" }
    return "(" + numbers.map(String.init).joined(separator: ", ") + (numbers.count == 1 ? ",)" : ")")
  }
}

extension PyArrayObject {
  /// Whether the array owns its items (`NPY_ARRAY_OWNDATA`).
  package var isOwner: Bool { record[NumpyLayout.array.flags] & NumpyLayout.array.ownsData != 0 }

  /// The number of items in each dimension; nil if they are not in the dump.
  package func sizes(in inferior: Inferior) -> [Int]? { numbers(at: NumpyLayout.array.dimensions, in: inferior) }

  /// The distance between neighbouring items in each dimension, in bytes.
  package func strides(in inferior: Inferior) -> [Int]? { numbers(at: NumpyLayout.array.strides, in: inferior) }

  private func numbers(at field: FieldOffset<Address>, in inferior: Inferior) -> [Int]? {
    guard (0...NumpyLayout.array.mostDimensions).contains(dimensionCount) else { return nil }
    return (try? inferior.memory.array(of: Int.self, at: record[field], count: Int(dimensionCount))).map(Array.init)
  }

  /// The number of items; nil if it is impossible.
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

  /// The size of all items in bytes.
  private func byteTotal(in inferior: Inferior) -> Int? {
    guard let count = itemCount(in: inferior), let descr = PyArrayDescr(at: descriptor, in: inferior) else {
      return nil
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: descr.itemSize)
    return overflow || descr.itemSize < 0 ? nil : bytes
  }
}

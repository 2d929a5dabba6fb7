import MemoryImage

/// A pandas Series, DataFrame, Index or Categorical, with the size that it states for itself including its data.
///
/// `PandasObject.__sizeof__` is `memory_usage(deep=True)`: the bytes of the arrays, `__sizeof__` of each object in them,
/// and the hash table of an index that was searched. The Cython classes in between have no offsets in the dump. They are
/// identified by what their fields refer to: a block has one array, a manager one tuple (of blocks) and one list (of axes).
struct PandasObject {
  let header: ObjectHeader
  /// The class whose `memory_usage` is called, without its module.
  let definer: String
  /// The number of pandas objects that contain this one as an element.
  let depth: Int

  /// The greatest depth, as an array of pandas objects may contain itself.
  static let depthLimit = 8
  /// The size of the largest Cython class that is read, in bytes.
  private static let fieldsLimit = 1024

  /// The result of `memory_usage(deep=True)`; nil if the data are of an unknown kind.
  func memoryUsage(_ sizes: inout TypeSizes, in inferior: Inferior) -> Int? {
    let attributes = inferior.attributes(of: header.address)
    switch definer {
    case "Series", "DataFrame": return tableUsage(attributes, &sizes, in: inferior)
    case "Index":
      guard let data = attributes["_data"].flatMap(inferior.object) else { return nil }
      return sum(valuesUsage(data, &sizes, in: inferior), engineUsage(attributes, in: inferior))
    case "RangeIndex": return attributes["_range"].flatMap { rangeUsage($0, in: inferior) }
    case "MultiIndex": return levelsUsage(attributes, &sizes, in: inferior)
    case "IntervalIndex": return boundsUsage(attributes, &sizes, in: inferior)
    case "Categorical": return valuesUsage(header, &sizes, in: inferior)
    default: return nil
    }
  }

  /// The size of a Series or DataFrame. A Series has one axis and one block. The rows of a frame are its second axis; its
  /// columns are not counted.
  private func tableUsage(_ attributes: [String: Address], _ sizes: inout TypeSizes, in inferior: Inferior) -> Int? {
    guard let manager = attributes["_mgr"].flatMap(inferior.object) else { return nil }
    let parts = parts(of: manager, in: inferior)
    let lists = parts.filter { $0.type.kind == .list }
    var tuples: [[Address]] = []
    for tuple in parts where tuple.type.kind == .tuple {
      guard let items = items(of: tuple.address, &sizes, in: inferior) else { return nil }
      // Since 3.1 another tuple holds the types of the columns.
      if items.allSatisfy({ inferior.typeName(of: $0)?.hasSuffix("Block") ?? false }) { tuples.append(items) }
    }
    guard tuples.count == 1, lists.count == 1, let axes = items(of: lists[0].address, &sizes, in: inferior) else {
      return nil
    }
    let blocks = tuples[0]
    guard axes.count == (definer == "Series" ? 1 : 2), definer != "Series" || blocks.count == 1,
      let rows = axes.last.flatMap(inferior.object)
    else { return nil }
    var total = usage(of: rows, &sizes, in: inferior)
    for block in blocks {
      guard total != nil, let block = inferior.object(at: block) else { return nil }
      let values = self.parts(of: block, in: inferior).filter { isArray($0, in: inferior) }
      guard values.count == 1 else { return nil }
      total = sum(total, valuesUsage(values[0], &sizes, in: inferior))
    }
    return total
  }

  private func levelsUsage(_ attributes: [String: Address], _ sizes: inout TypeSizes, in inferior: Inferior) -> Int? {
    guard let levels = attributes["_levels"].flatMap({ items(of: $0, &sizes, in: inferior) }),
      let codes = attributes["_codes"].flatMap({ items(of: $0, &sizes, in: inferior) }),
      let names = attributes["_names"].flatMap({ items(of: $0, &sizes, in: inferior) })
    else { return nil }
    var total = engineUsage(attributes, in: inferior)
    for level in levels {
      guard total != nil, let level = inferior.object(at: level) else { return nil }
      total = sum(total, usage(of: level, &sizes, in: inferior))
    }
    for codes in codes {
      guard total != nil, let codes = inferior.object(at: codes) else { return nil }
      total = sum(total, arrayUsage(codes, isDeep: false, &sizes, in: inferior))
    }
    for name in names {
      guard total != nil, let name = inferior.object(at: name) else { return nil }
      let size = sizes.size(of: name)
      total = size.isBasic ? nil : sum(total, size.byteCount)
    }
    return total
  }

  /// The size of an index of intervals: that of an index of its left bounds and one of its right bounds. These are made on
  /// demand and kept, and then may have hash tables.
  private func boundsUsage(_ attributes: [String: Address], _ sizes: inout TypeSizes, in inferior: Inferior) -> Int? {
    guard let data = attributes["_data"] else { return nil }
    let cache = attributes["_cache"].flatMap { inferior.dict(at: $0) }
    guard attributes["_cache"] == nil || (cache?.count ?? .max) < Self.fieldsLimit else { return nil }
    let arrays = inferior.attributes(of: data)
    var total: Int? = 0
    for name in ["left", "right"] {
      if let index = cache?.value(forKey: name, in: inferior) {
        guard let index = inferior.object(at: index) else { return nil }
        total = sum(total, usage(of: index, &sizes, in: inferior))
      } else {
        guard let bounds = arrays["_" + name].flatMap(inferior.object) else { return nil }
        total = sum(total, boundUsage(bounds, &sizes, in: inferior))
      }
    }
    return total
  }

  /// The size of a range of numbers, which has no other data.
  private func rangeUsage(_ range: Address, in inferior: Inferior) -> Int? {
    guard let object = inferior.object(at: range), inferior.typeName(of: range) == "range" else { return nil }
    var total: Int? = object.byteCount(in: inferior)
    for name in ["start", "stop", "step"] {
      guard let number = inferior.structureField(name, of: range).flatMap(inferior.object), number.type.kind == .int else {
        return nil
      }
      total = sum(total, number.byteCount(in: inferior))
    }
    return total
  }

  /// The result of `memory_usage(deep=True)` of another pandas object.
  private func usage(of other: ObjectHeader, _ sizes: inout TypeSizes, in inferior: Inferior) -> Int? {
    guard depth < Self.depthLimit, let definer = sizes.definerOfUsage(ofType: Int(other.type.number)) else { return nil }
    return PandasObject(header: other, definer: definer, depth: depth + 1).memoryUsage(&sizes, in: inferior)
  }
}

// MARK: - The arrays

extension PandasObject {
  private func isArray(_ part: ObjectHeader, in inferior: Inferior) -> Bool {
    let type = inferior.types.types[Int(part.type.number)]
    return part.type.kind == .arrayOfNumpy
      || type.name.hasPrefix("pandas.") && (type.shortName.hasSuffix("Array") || type.shortName == "Categorical")
  }

  /// The size of a NumPy or pandas array, with the objects in it if pandas counts them.
  private func valuesUsage(_ values: ObjectHeader, _ sizes: inout TypeSizes, in inferior: Inferior) -> Int? {
    guard sizes.pay(1) else { return nil }
    if values.type.kind == .arrayOfNumpy { return arrayUsage(values, isDeep: true, &sizes, in: inferior) }
    guard isArray(values, in: inferior) else { return nil }
    switch inferior.types.types[Int(values.type.number)].shortName {
    case "Categorical":
      let types = parts(of: values, in: inferior).filter { inferior.typeName(of: $0.address) == "CategoricalDtype" }
      guard types.count == 1,
        let categories = inferior.attributes(of: types[0].address)["_categories"].flatMap(inferior.object)
      else { return nil }
      return sum(
        onlyArrayUsage(values, isDeep: false, &sizes, in: inferior), usage(of: categories, &sizes, in: inferior))
    case "DatetimeArray", "TimedeltaArray", "PeriodArray":
      return onlyArrayUsage(values, isDeep: false, &sizes, in: inferior)
    case "StringArray": return onlyArrayUsage(values, isDeep: true, &sizes, in: inferior)
    case "IntegerArray", "FloatingArray", "BooleanArray":
      return pairUsage(values, "_data", "_mask", &sizes, in: inferior)
    case "IntervalArray": return pairUsage(values, "_left", "_right", &sizes, in: inferior)
    case "SparseArray": return sparseUsage(values, &sizes, in: inferior)
    default: return nil
    }
  }

  /// The size of the only array in a pandas array.
  private func onlyArrayUsage(
    _ values: ObjectHeader, isDeep: Bool, _ sizes: inout TypeSizes, in inferior: Inferior
  ) -> Int? {
    let arrays = parts(of: values, in: inferior).filter { $0.type.kind == .arrayOfNumpy }
    return arrays.count == 1 ? arrayUsage(arrays[0], isDeep: isDeep, &sizes, in: inferior) : nil
  }

  private func pairUsage(
    _ values: ObjectHeader, _ first: String, _ second: String, _ sizes: inout TypeSizes, in inferior: Inferior
  ) -> Int? {
    let attributes = inferior.attributes(of: values.address)
    var total: Int? = 0
    for name in [first, second] {
      guard let part = attributes[name].flatMap(inferior.object) else { return nil }
      total = sum(total, boundUsage(part, &sizes, in: inferior))
    }
    return total
  }

  /// The size of an array of NumPy, or of the only one in an array of pandas, without the objects in it.
  private func boundUsage(_ part: ObjectHeader, _ sizes: inout TypeSizes, in inferior: Inferior) -> Int? {
    part.type.kind == .arrayOfNumpy
      ? arrayUsage(part, isDeep: false, &sizes, in: inferior)
      : onlyArrayUsage(part, isDeep: false, &sizes, in: inferior)
  }

  /// The size of the values that a sparse array keeps, and of the arrays in its index that say where they are; nil for
  /// objects, of which pandas counts others as well, depending on its release.
  private func sparseUsage(_ values: ObjectHeader, _ sizes: inout TypeSizes, in inferior: Inferior) -> Int? {
    let attributes = inferior.attributes(of: values.address)
    guard let kept = attributes["_sparse_values"].flatMap(inferior.object),
      let array = try? PyArrayObject(kept, in: inferior), kept.type.kind == .arrayOfNumpy,
      PyArrayDescr(at: array.descriptor, in: inferior)?.holdsObjects == false,
      let index = attributes["_sparse_index"].flatMap(inferior.object)
    else { return nil }
    let places = parts(of: index, in: inferior).filter { $0.type.kind == .arrayOfNumpy }
    // Places one by one are one array, and blocks of them are two.
    guard (1...2).contains(places.count) else { return nil }
    var total = arrayUsage(kept, isDeep: false, &sizes, in: inferior)
    for places in places { total = sum(total, arrayUsage(places, isDeep: false, &sizes, in: inferior)) }
    return total
  }

  /// `nbytes` of a NumPy array, and `__sizeof__` of each object in it if `isDeep`.
  private func arrayUsage(
    _ header: ObjectHeader, isDeep: Bool, _ sizes: inout TypeSizes, in inferior: Inferior
  ) -> Int? {
    guard header.type.kind == .arrayOfNumpy, let array = try? PyArrayObject(header, in: inferior),
      let descr = PyArrayDescr(at: array.descriptor, in: inferior), descr.itemSize >= 0,
      let shape = array.sizes(in: inferior), let strides = array.strides(in: inferior),
      let count = array.itemCount(in: inferior)
    else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: descr.itemSize)
    // A view of one item may have any shape, but not one larger than pandas could have made.
    guard !overflow, bytes < 1 << 48 else { return nil }
    guard isDeep, descr.holdsObjects else { return bytes }
    guard (1...2).contains(shape.count), sizes.pay(count) else { return nil }
    let (rows, step) = shape.count == 2 ? (shape[0], strides[0]) : (1, 0)
    var total = bytes
    for row in 0..<rows {
      for column in 0..<shape[shape.count - 1] {
        let place = array.data + (row &* step &+ column &* strides[shape.count - 1])
        guard let item = try? inferior.memory.load(Address.self, at: place), let object = inferior.object(at: item),
          let size = elementSize(object, &sizes, in: inferior), total < 1 << 48
        else { return nil }
        total += size
      }
    }
    return total
  }

  /// The size that `memory_usage_of_objects` adds for an element; nil if it is not known.
  private func elementSize(_ element: ObjectHeader, _ sizes: inout TypeSizes, in inferior: Inferior) -> Int? {
    let before = element.preheaderSize(in: inferior)
    var size = element.byteCount(in: inferior) &- before
    if sizes.definerOfUsage(ofType: Int(element.type.number)) != nil {
      guard let usage = usage(of: element, &sizes, in: inferior) else { return nil }
      size = usage
    } else if sizes.isBasic(element) {
      return nil
    }
    if before == 0 { return size }
    return sizes.countsPreheaders().map { size &+ ($0 ? before : 0) }
  }

  /// Whether `memory_usage_of_objects` calls `sys.getsizeof`, which counts the collector's head, and not `__sizeof__`, as
  /// in pandas 2.0. If so, its module (`pandas/_libs/lib.pyx`) has the name `getsizeof`.
  static func countsPreheaders(in inferior: Inferior) -> Bool? {
    for table in inferior.moduleTables {
      if let found = inferior.dict(at: table)?.value(forKey: "pandas._libs.lib", in: inferior),
        let header = inferior.object(at: found), header.type.kind == .module,
        let module = try? PyModuleObject(header, in: inferior), let dict = inferior.dict(at: module.dict)
      {
        return dict.value(forKey: "getsizeof", in: inferior) != nil
      }
    }
    return nil
  }
}

// MARK: - The parts

extension PandasObject {
  /// The objects that words of the structure, or attributes, refer to.
  private func parts(of object: ObjectHeader, in inferior: Inferior) -> [ObjectHeader] {
    let start = inferior.layout.object.size
    let count = (min(object.type.basicSize, Self.fieldsLimit) &- start) / 8
    var found: [ObjectHeader] = []
    if count > 0, let words = try? inferior.memory.array(of: Address.self, at: object.address + start, count: count) {
      found = words.compactMap { $0.isNull ? nil : inferior.object(at: $0) }
    }
    return found + inferior.attributes(of: object.address).values.compactMap { inferior.object(at: $0) }
  }

  /// The items of a tuple or list; nil if there are more than may still be read.
  private func items(of container: Address, _ sizes: inout TypeSizes, in inferior: Inferior) -> [Address]? {
    let count = inferior.itemCount(of: container)
    guard sizes.pay(count) else { return nil }
    let items = inferior.items(of: container)
    return items.count == count ? items : nil
  }

  /// The result of the engine's `sizeof`: the size of its hash table, if it needed one. An index has an engine once it
  /// has been searched.
  private func engineUsage(_ attributes: [String: Address], in inferior: Inferior) -> Int? {
    guard let cache = attributes["_cache"] else { return 0 }
    guard let dict = inferior.dict(at: cache), dict.count < Self.fieldsLimit else { return nil }
    guard let engine = dict.value(forKey: "_engine", in: inferior) else { return 0 }
    guard let engine = inferior.object(at: engine), let name = inferior.typeName(of: engine.address),
      name.hasSuffix("Engine"), name != "ExtensionEngine"
    else { return nil }
    let tables = parts(of: engine, in: inferior).filter {
      inferior.typeName(of: $0.address)?.hasSuffix("HashTable") ?? false
    }
    guard let table = tables.first else { return 0 }
    return tables.count == 1 ? PandasHashTable(table, in: inferior)?.byteCount : nil
  }

  private func sum(_ first: Int?, _ second: Int?) -> Int? {
    guard let first, let second, first < 1 << 60, second < 1 << 60 else { return nil }
    return first + second
  }
}

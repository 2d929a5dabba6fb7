import MemoryImage

/// The first items of a NumPy array as text, in the order of its indices.
struct NumpyPreview {
  private let array: PyArrayObject
  private let descr: PyArrayDescr
  private let inferior: Inferior
  /// The mask of the items, for an array of `numpy.ma`.
  private let mask: PyArrayObject?

  /// The greatest number of bytes or characters of one item that are shown.
  private static let longestItem = 32

  init(_ array: PyArrayObject, _ descr: PyArrayDescr, in inferior: Inferior) {
    self.array = array
    self.descr = descr
    self.inferior = inferior
    mask = Self.mask(of: array, in: inferior)
  }

  /// The mask that an array of `numpy.ma` keeps beside its data; nil if it has none, so that nothing is masked, or if the
  /// mask has a truth value for each field.
  private static func mask(of array: PyArrayObject, in inferior: Inferior) -> PyArrayObject? {
    guard let header = inferior.object(at: array.address), !inferior.types.types[Int(header.type.number)].isOfOwnKind,
      let mask = Instance(header).attribute("_mask", in: inferior), let object = inferior.object(at: mask),
      object.type.kind == .arrayOfNumpy, let found = try? PyArrayObject(object, in: inferior),
      let descr = PyArrayDescr(at: found.descriptor, in: inferior), descr.kind == UInt8(ascii: "b"),
      found.sizes(in: inferior) == array.sizes(in: inferior)
    else { return nil }
    return found
  }

  /// Up to `limit` items. Those that are not in the dump are shown as a question mark.
  func texts(limit: Int) -> [String] {
    guard let sizes = array.sizes(in: inferior), let strides = array.strides(in: inferior),
      sizes.count == strides.count, let count = array.itemCount(in: inferior)
    else { return [] }
    var index = Array(repeating: 0, count: sizes.count)
    let maskStrides = mask?.strides(in: inferior) ?? []
    return (0..<min(count, max(0, limit))).map { _ in
      let offset = zip(index, strides).reduce(0) { $0 &+ $1.0 &* $1.1 }
      let maskOffset = zip(index, maskStrides).reduce(0) { $0 &+ $1.0 &* $1.1 }
      for axis in sizes.indices.reversed() {
        index[axis] += 1
        if index[axis] < sizes[axis] { break }
        index[axis] = 0
      }
      let isMasked = mask.flatMap { try? inferior.memory.load(UInt8.self, at: $0.data + maskOffset) } ?? 0
      return isMasked == 0 ? Self.text(at: array.data + offset, as: descr, in: inferior) : "--"
    }
  }

  /// The depth to which nested structures are followed, and the number of fields of one that are shown.
  private static let deepest = 3
  private static let mostFields = 20
  /// The number of items that are shown of each dimension of an array in an item.
  private static let mostItems = 4

  /// The text of an item, or of a structure by itself.
  static func text(at address: Address, as descr: PyArrayDescr, in inferior: Inferior, depth: Int = 0) -> String {
    if depth < deepest, let fields = descr.fields(in: inferior) {
      let parts = fields.prefix(mostFields).map {
        text(at: address + $0.offset, as: $0.descr, in: inferior, depth: depth + 1)
      }
      return "(" + (parts + (fields.count > parts.count ? ["..."] : [])).joined(separator: ", ") + ")"
    }
    if depth < deepest, let (base, shape) = descr.subarray(in: inferior) {
      return list(at: address, of: base, shape[...], in: inferior, depth: depth + 1)
    }
    if descr.holdsObjects { return object(at: address, in: inferior) }
    if descr.isString {
      return NumpyStringItems(descriptor: descr.address, in: inferior)?.text(at: address, limit: longestItem, in: inferior)
        ?? "?"
    }
    let shown = min(max(0, descr.itemSize), 4 * Self.longestItem)
    guard let bytes = (try? inferior.memory.array(of: UInt8.self, at: address, count: shown)).map(Array.init) else {
      return "?"
    }
    return Self.text(of: bytes, kind: descr.kind, isSwapped: descr.isSwapped, unit: descr.unit(in: inferior))
  }

  /// The first items of an array inside an item: `[[1, 2], [3, 4]]`.
  private static func list(
    at address: Address, of base: PyArrayDescr, _ shape: ArraySlice<Int>, in inferior: Inferior, depth: Int
  ) -> String {
    guard let count = shape.first else { return text(at: address, as: base, in: inferior, depth: depth) }
    guard shape.count <= deepest, count >= 0, base.itemSize >= 0 else { return "[...]" }
    let rest = shape.dropFirst()
    let step = rest.reduce(base.itemSize) { $0 &* $1 }
    let parts = (0..<min(count, mostItems)).map {
      list(at: address + $0 &* step, of: base, rest, in: inferior, depth: depth)
    }
    return "[" + (parts + (count > parts.count ? ["..."] : [])).joined(separator: ", ") + "]"
  }

  /// A short value, or the name of the object's type; a null pointer counts as `None` (`OBJECT_getitem`).
  private static func object(at address: Address, in inferior: Inferior) -> String {
    guard let value: Address = try? inferior.memory.load(at: address) else { return "?" }
    if value.isNull { return "None" }
    return inferior.briefText(of: value) ?? inferior.typeName(of: value).map { "<\($0)>" } ?? "?"
  }

  /// The value of an item; `bytes` are all of its bytes, or the first of many.
  static func text(of bytes: [UInt8], kind: UInt8, isSwapped: Bool, unit: NumpyDateUnit? = nil) -> String {
    let ordered = isSwapped ? bytes.reversed() : bytes
    switch UnicodeScalar(kind) {
    case "b": return bytes.first == 0 ? "False" : "True"
    case "c" where [8, 16, 32].contains(bytes.count):
      let half = bytes.count / 2
      let parts = [bytes.prefix(half), bytes.suffix(half)].map {
        number(isSwapped ? $0.reversed() : Array($0), kind: "f")
      }
      return "(\(parts[0])\(parts[1].hasPrefix("-") ? "" : "+")\(parts[1])j)"
    case "S": return "b'" + bytes.prefix { $0 != 0 }.prefix(longestItem).map(CValueFormat.escaped).joined() + "'"
    case "U":
      let points = stride(from: 0, to: bytes.count - 3, by: 4).map { CValueFormat.unsigned(bytes[$0..<$0 + 4]) }
      return PythonText.quoted(points.prefix { $0 != 0 }.map { UInt32($0) })
    case "i", "u", "f": return number(ordered, kind: UnicodeScalar(kind))
    case "M" where bytes.count == 8:
      let value = Int(truncatingIfNeeded: CValueFormat.unsigned(ordered))
      return unit.flatMap { $0.date(value) }.map { "'\($0)'" } ?? number(ordered, kind: "i")
    // Time spans are whole numbers of the unit.
    case "m" where bytes.count == 8:
      return CValueFormat.unsigned(ordered) == 1 << 63 ? "'NaT'" : number(ordered, kind: "i")
    default: return "<\(bytes.count) bytes>"
    }
  }

  /// The value of an x86 `long double`: 80 bits in 16 bytes.
  private static func extended(_ bytes: [UInt8]) -> String? {
    #if arch(x86_64)
      let end = CValueFormat.unsigned(bytes[8..<10])
      let number = Float80(
        sign: end & 0x8000 == 0 ? .plus : .minus, exponentBitPattern: UInt(end & 0x7FFF),
        significandBitPattern: CValueFormat.unsigned(bytes[0..<8]))
      return number.isNaN ? "nan" : "\(number)"
    #else
      return nil
    #endif
  }

  private static func number(_ bytes: [UInt8], kind: UnicodeScalar) -> String {
    if kind == "f", bytes.count == 16, let text = extended(bytes) { return text }
    let code: UInt8? =
      switch (kind, bytes.count) {
      case ("i", 1): UInt8(ascii: "b")
      case ("i", 2): UInt8(ascii: "h")
      case ("i", 4): UInt8(ascii: "i")
      case ("i", 8): UInt8(ascii: "q")
      case ("u", 1): UInt8(ascii: "B")
      case ("u", 2): UInt8(ascii: "H")
      case ("u", 4): UInt8(ascii: "I")
      case ("u", 8): UInt8(ascii: "Q")
      case ("f", 2): UInt8(ascii: "e")
      case ("f", 4): UInt8(ascii: "f")
      case ("f", 8): UInt8(ascii: "d")
      default: nil
      }
    guard let code, let format = CValueFormat(structCode: code, isNative: true) else { return "<\(bytes.count) bytes>" }
    return format.text(of: bytes)
  }
}

/// The text of a `dtype` as NumPy writes it: `float64`, `>i4`, `datetime64[D]`, `[('count', '<i4'), ('tag', 'S3')]`.
///
/// Follows `__str__` in NumPy's `_core/_dtype.py`; a structure that is not packed is written like a packed one.
struct NumpyTypeText {
  private let descr: PyArrayDescr
  private let inferior: Inferior

  /// The depth to which nested structures are followed, and the number of fields of one that are named.
  private static let deepest = 4
  private static let mostFields = 20

  init(_ descr: PyArrayDescr, in inferior: Inferior) {
    self.descr = descr
    self.inferior = inferior
  }

  /// The result of `str()`.
  var text: String { Self.text(of: descr, in: inferior, depth: 0) }

  private static func text(of descr: PyArrayDescr, in inferior: Inferior, depth: Int) -> String {
    if let text = composed(descr, in: inferior, depth: depth) { return text }
    if descr.isString { return "StringDType()" }
    switch UnicodeScalar(descr.kind) {
    case "S", "V": return "|" + short(descr, in: inferior, depth: depth)
    case "U": return short(descr, in: inferior, depth: depth)
    default:
      if descr.isSwapped { return short(descr, in: inferior, depth: depth) }
      return descr.scalarName(in: inferior) + unit(of: descr, in: inferior)
    }
  }

  /// The text of a structure, or of an array as an item; nil for any other type.
  private static func composed(_ descr: PyArrayDescr, in inferior: Inferior, depth: Int) -> String? {
    guard depth < deepest else { return nil }
    if let (base, shape) = descr.subarray(in: inferior) {
      return "(\(quoted(base, in: inferior, depth: depth + 1)), \(PyArrayObject.tuple(shape)))"
    }
    guard let fields = descr.fields(in: inferior) else { return nil }
    let parts = fields.prefix(mostFields).map { field in
      let name = PythonText.quoted(field.name)
      if let (base, shape) = field.descr.subarray(in: inferior) {
        return "(\(name), \(quoted(base, in: inferior, depth: depth + 1)), \(PyArrayObject.tuple(shape)))"
      }
      return "(\(name), \(quoted(field.descr, in: inferior, depth: depth + 1)))"
    }
    let list = "[" + (parts + (fields.count > mostFields ? ["..."] : [])).joined(separator: ", ") + "]"
    let name = descr.scalarName(in: inferior)
    return name == "void" ? list : "(numpy.\(name), \(list))"
  }

  private static func quoted(_ descr: PyArrayDescr, in inferior: Inferior, depth: Int) -> String {
    composed(descr, in: inferior, depth: depth) ?? "'\(short(descr, in: inferior, depth: depth))'"
  }

  /// The letter of the byte order, that of the kind, and the size: `<i4`; `?` for truth values, `O` for objects.
  private static func short(_ descr: PyArrayDescr, in inferior: Inferior, depth: Int) -> String {
    let order = descr.isSwapped ? ">" : "<"
    switch UnicodeScalar(descr.kind) {
    case "b" where descr.itemSize == 1: return "?"
    case "O": return "O"
    case "S", "V": return "\(UnicodeScalar(descr.kind))\(descr.itemSize)"
    case "U": return "\(order)U\(descr.itemSize / 4)"
    default:
      return (descr.itemSize == 1 ? "" : order) + "\(UnicodeScalar(descr.kind))\(descr.itemSize)"
        + unit(of: descr, in: inferior)
    }
  }

  private static func unit(of descr: PyArrayDescr, in inferior: Inferior) -> String {
    descr.unit(in: inferior).map { "[\($0.text)]" } ?? ""
  }
}

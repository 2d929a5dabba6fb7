/// Floating-point numbers as Python writes them.
enum PythonNumber {
  /// The `repr` of a float: the shortest digits that give the number back, with an exponent below 1e-4 and from 1e16 on
  /// (`PyOS_double_to_string` with format `r`, Python/pystrtod.c).
  ///
  /// - Parameter addingPoint: whether a whole number ends in `.0`, as in floats but not in parts of complex numbers.
  static func text(of value: Double, addingPoint: Bool = true) -> String {
    if value.isNaN { return "nan" }
    let sign = value.sign == .minus ? "-" : ""
    if value.isInfinite { return sign + "inf" }
    let (digits, point) = shortestDigits(of: value.magnitude)
    guard point > -4, point <= 16 else { return sign + scientific(digits, exponent: point - 1) }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if digits.count > point { return sign + digits.prefix(point) + "." + digits.dropFirst(point) }
    return sign + digits + String(repeating: "0", count: point - digits.count) + (addingPoint ? ".0" : "")
  }

  /// The shortest decimal digits of a number, without leading or trailing zeros, and the position of the decimal point:
  /// the number is 0.DIGITS times ten to the power of `point`.
  private static func shortestDigits(of value: Double) -> (digits: String, point: Int) {
    // Swift also writes the shortest digits, but uses exponents for other ranges.
    let parts = value.description.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0]
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    let all = String(whole + fraction)
    let significant = all.drop { $0 == "0" }
    guard !significant.isEmpty else { return ("0", 1) }
    let point = whole.count - (all.count - significant.count) + exponent
    let trimmed = significant.reversed().drop { $0 == "0" }.reversed()
    return (String(trimmed), point)
  }

  private static func scientific(_ digits: String, exponent: Int) -> String {
    let mantissa = digits.count > 1 ? digits.prefix(1) + "." + digits.dropFirst() : digits[...]
    let power = String(exponent.magnitude)
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + (power.count < 2 ? "0" : "") + power
  }
}

import MemoryImage

/// The unit of NumPy's dates and time spans, and its multiplier (`PyArray_DatetimeMetaData`).
struct NumpyDateUnit {
  /// The symbol of the unit: `D`, `ms`.
  let name: String
  let count: Int

  /// The units by number (`NPY_DATETIMEUNIT`); the fourth is no longer in use.
  private static let names = ["Y", "M", "W", "B", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"]
  /// The number of digits after the decimal point, for units shorter than a second.
  private static let digits = ["ms": 3, "us": 6, "ns": 9, "ps": 12, "fs": 15, "as": 18]
  private static let seconds = ["h": 3600, "m": 60, "s": 1]

  /// The unit with a number of NumPy; nil if there is none, or if the dates have none.
  init?(number: Int32, count: Int32) {
    guard Self.names.indices.contains(Int(number)), count > 0 else { return nil }
    name = Self.names[Int(number)]
    self.count = Int(count)
  }

  /// The unit as in the name of a type: `D`, `10ms`.
  var text: String { (count == 1 ? "" : "\(count)") + name }

  /// A date as NumPy writes it, `2024-02-29T01:02:03.000`, to the unit; nil if it is too far away to be written.
  func date(_ value: Int) -> String? {
    if value == .min { return "NaT" }
    let (units, overflow) = value.multipliedReportingOverflow(by: count)
    guard !overflow, units.magnitude < 1 << 62 else { return nil }
    switch name {
    case "Y": return Self.year(1970 + units)
    case "M": return Self.year(1970 + Self.quotient(units, 12)) + "-" + Self.padded(Self.rest(units, 12) + 1, 2)
    case "W": return units.magnitude < 1 << 58 ? Self.day(units * 7) : nil
    case "D": return Self.day(units)
    default: break
    }
    let digits = Self.digits[name] ?? 0
    let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
    let (seconds, isFar) = Self.quotient(units, scale).multipliedReportingOverflow(by: Self.seconds[name] ?? 1)
    guard !isFar else { return nil }
    let time = Self.rest(seconds, 86400)
    var text = Self.day(Self.quotient(seconds, 86400)) + "T" + Self.padded(time / 3600, 2)
    if name != "h" { text += ":" + Self.padded(time / 60 % 60, 2) }
    if name != "h", name != "m" { text += ":" + Self.padded(time % 60, 2) }
    return digits == 0 ? text : text + "." + Self.padded(Self.rest(units, scale), digits)
  }

  private static func quotient(_ number: Int, _ divisor: Int) -> Int {
    (number - rest(number, divisor)) / divisor
  }

  private static func rest(_ number: Int, _ divisor: Int) -> Int {
    let rest = number % divisor
    return rest < 0 ? rest + divisor : rest
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func year(_ year: Int) -> String { year < 0 ? "-" + padded(-year, 4) : padded(year, 4) }

  /// The date that is `days` days after 1 January 1970, in the proleptic Gregorian calendar.
  private static func day(_ days: Int) -> String {
    // Years begin in March here, so that a leap day is the last day of its year; 146,097 days are 400 years.
    let shifted = days + 719_468
    let era = quotient(shifted, 146_097)
    let dayOfEra = rest(shifted, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    return Self.year(year) + "-" + padded(month < 10 ? month + 3 : month - 9, 2) + "-"
      + padded(dayOfYear - (153 * month + 2) / 5 + 1, 2)
  }
}

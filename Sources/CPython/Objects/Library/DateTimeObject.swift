package import MemoryImage

/// A `date`, `time`, `datetime`, `timedelta` or `timezone` of the module `datetime` in the inferior's memory.
///
/// Mirrors `PyDateTime_Date` and so on in CPython's `Include/datetime.h`, and `PyDateTime_TimeZone` in
/// `Modules/_datetimemodule.c`.
package struct DateTimeObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.dateTime
    address = header.address
    type = header.type
    // An object without a time zone has no room for one.
    let size =
      switch type.kind {
      case .date: layout.dateSize
      case .time: layout.timeZone.bytes
      case .dateTime: layout.dateTimeZone.bytes
      case .timeDelta: layout.deltaSize
      default: layout.zoneSize
      }
    record = try inferior.memory.record(at: address, size: size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.dateTime
    switch type.kind {
    case .timeDelta:
      return (0..<86_400).contains(record[layout.seconds]) && (0..<1_000_000).contains(record[layout.microseconds])
        ? nil : .invalidData
    case .timeZone: return inferior.isObject(record[layout.offset], ofKind: .timeDelta) ? nil : .wrongReferentType
    default:
      if type.kind != .time, let (year, month, day) = date(in: inferior),
        !(1...9999).contains(year) || !(1...12).contains(month) || !(1...31).contains(day)
      {
        return .invalidData
      }
      guard let time = time(in: inferior), time[0] < 24, time[1] < 60, time[2] < 60, time[3] < 1_000_000 else {
        return type.kind == .date ? nil : .invalidData
      }
      return nil
    }
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    body(zone(in: inferior), .held, "tzinfo")
    guard type.kind == .timeZone else { return }
    record.give(inferior.layout.dateTime.offset, .held, as: "offset", to: body)
    record.give(inferior.layout.dateTime.name, .held, as: "name", to: body)
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.dateTime
    switch type.kind {
    case .timeDelta: return .atom(deltaText(in: inferior))
    case .timeZone: return zoneShape(in: inferior)
    case .date:
      let (year, month, day) = date(in: inferior) ?? (0, 0, 0)
      return .atom("datetime.date(\(year), \(month), \(day))")
    default:
      let name = type.kind == .time ? "time" : "datetime"
      let fold = record[type.kind == .time ? layout.timeFold : layout.dateTimeFold] == 0 ? "" : ", fold=1"
      let text = "datetime.\(name)(" + numbers(in: inferior).map(String.init).joined(separator: ", ") + fold
      let zone = zone(in: inferior)
      if zone.isNull { return .atom(text + ")") }
      let part: ObjectShape.Part
      if let header = inferior.object(at: zone), header.type.kind == .timeZone,
        let object = try? DateTimeObject(header, in: inferior), object.invalidReason(in: inferior) == nil
      {
        part = .shape(object.zoneShape(in: inferior))
      } else {
        part = .object(zone)
      }
      return .composed(
        typeName: "datetime.\(name)", parts: [.text(text + ", tzinfo="), part, .text(")")], fields: [])
    }
  }
}

extension DateTimeObject {
  /// The time zone object; null if there is none.
  private func zone(in inferior: Inferior) -> Address {
    let layout = inferior.layout.dateTime
    switch type.kind {
    case .time where record[layout.timeHasZone] != 0:
      return (try? inferior.memory.load(at: address + layout.timeZone.bytes)) ?? .null
    case .dateTime where record[layout.dateTimeHasZone] != 0:
      return (try? inferior.memory.load(at: address + layout.dateTimeZone.bytes)) ?? .null
    default: return .null
    }
  }

  private func bytes(at field: FieldOffset<UInt8>, count: Int) -> [Int] {
    (0..<count).map { Int(record[FieldOffset<UInt8>(field.bytes + $0)]) }
  }

  private func date(in inferior: Inferior) -> (year: Int, month: Int, day: Int)? {
    let layout = inferior.layout.dateTime
    guard type.kind == .date || type.kind == .dateTime else { return nil }
    let bytes = bytes(at: type.kind == .date ? layout.date : layout.dateTime, count: 4)
    return (bytes[0] << 8 | bytes[1], bytes[2], bytes[3])
  }

  /// Hour, minute, second and microsecond; nil for a date.
  private func time(in inferior: Inferior) -> [Int]? {
    let layout = inferior.layout.dateTime
    guard type.kind == .time || type.kind == .dateTime else { return nil }
    let first = type.kind == .time ? layout.time : FieldOffset<UInt8>(layout.dateTime.bytes + 4)
    let bytes = bytes(at: first, count: 6)
    return [bytes[0], bytes[1], bytes[2], bytes[3] << 16 | bytes[4] << 8 | bytes[5]]
  }

  /// The numbers that `repr` shows: seconds and microseconds only if they are not zero.
  private func numbers(in inferior: Inferior) -> [Int] {
    var numbers = time(in: inferior) ?? []
    if numbers.last == 0 { numbers.removeLast() }
    if numbers.count == 3, numbers.last == 0 { numbers.removeLast() }
    if let (year, month, day) = date(in: inferior) { numbers = [year, month, day] + numbers }
    return numbers
  }

  private func deltaText(in inferior: Inferior) -> String {
    let layout = inferior.layout.dateTime
    let parts = [
      ("days", record[layout.days]), ("seconds", record[layout.seconds]), ("microseconds", record[layout.microseconds]),
    ].filter { $0.1 != 0 }
    return "datetime.timedelta(" + (parts.isEmpty ? "0" : parts.map { "\($0)=\($1)" }.joined(separator: ", ")) + ")"
  }

  private func zoneShape(in inferior: Inferior) -> ObjectShape {
    let layout = inferior.layout.dateTime
    let name = inferior.briefText(of: record[layout.name])
    guard let header = inferior.object(at: record[layout.offset]), header.type.kind == .timeDelta,
      let delta = try? DateTimeObject(header, in: inferior)
    else { return .invalid(typeName: "datetime.timezone") }
    let text = delta.deltaText(in: inferior)
    if text.hasSuffix("(0)"), name == nil { return .atom("datetime.timezone.utc") }
    return .atom("datetime.timezone(\(text)\(name.map { ", \($0)" } ?? ""))")
  }
}

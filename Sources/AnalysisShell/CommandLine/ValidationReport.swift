import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// What `validate-layouts` reports.
struct ValidationReport: Encodable {
  let invalidObjects: Int
  var types: [TypeRow]?
  var objects: [ObjectRow]?

  /// The objects of one type.
  struct TypeRow: Encodable {
    let name: String
    let address: String
    let checked: Int
    let invalid: Int
    let reasons: [String: Int]
    let examples: [ObjectRow]
  }

  /// One object; without a reason, it is valid.
  struct ObjectRow: Encodable {
    let address: String
    /// Nil where there is no object.
    let type: String?
    let reason: String?

    private enum CodingKeys: CodingKey {
      case address, type, reason
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(address, forKey: .address)
      try container.encode(type, forKey: .type)
      try container.encode(reason, forKey: .reason)
    }

    var line: String {
      guard let type else { return reason ?? "no object at \(address)" }
      return "object \(address) type \(PythonText.escaped(type)): " + (reason.map { "invalid \($0)" } ?? "ok")
    }
  }

  /// Checks all objects of some types, or of every type with a layout.
  init(types numbers: Set<Int>?, in session: Session) throws {
    let result = try LayoutValidation.run(
      typeNumbers: numbers, index: try session.index(), inferior: try session.inferior(),
      threadCount: session.threadCount)
    let table = try session.inferior().types.types
    invalidObjects = result.invalidCount
    let named = numbers ?? Set(table.indices.filter { ObjectKind(staticTypeName: table[$0].name) != nil })
    let empty = named.subtracting(result.types.map(\.typeNumber)).sorted().map { number in
      TypeRow(
        name: table[number].name, address: table[number].address.description, checked: 0,
        invalid: 0, reasons: [:], examples: [])
    }
    types =
      empty
      + result.types.map { row in
        let name = table[row.typeNumber].name
        return TypeRow(
          name: name, address: table[row.typeNumber].address.description, checked: row.checked, invalid: row.invalid,
          reasons: Dictionary(uniqueKeysWithValues: row.reasons.map { ($0.key.description, $0.value) }),
          examples: row.examples.prefix(10).map { address, reason in
            ObjectRow(address: address.description, type: name, reason: reason.description)
          })
      }
  }

  /// Checks single objects.
  init(objects addresses: [Address], in session: Session) throws {
    let inferior = try session.inferior()
    let rows = try addresses.map { address in
      do {
        let header = try session.object(at: address)
        return ObjectRow(
          address: address.description, type: inferior.types.types[Int(header.type.number)].name,
          reason: LayoutValidation.reason(of: address, inferior: inferior)?.description)
      } catch Failure.problem(let problem) where addresses.count > 1 {
        return ObjectRow(address: address.description, type: nil, reason: problem)
      }
    }
    invalidObjects = rows.count { $0.reason != nil }
    objects = rows
  }

  /// The report in words.
  var lines: [String] {
    var lines = (objects ?? []).map(\.line)
    for type in types ?? [] {
      lines.append("type \(PythonText.escaped(type.name)): checked \(type.checked), invalid \(type.invalid)")
      for (reason, count) in type.reasons.sorted(by: { $0.key < $1.key }) { lines.append("  \(reason): \(count)") }
      lines += type.examples.map(\.line)
    }
    return lines + ["invalid objects: \(invalidObjects)"]
  }
}

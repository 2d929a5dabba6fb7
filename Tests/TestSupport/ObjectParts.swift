package import CPython
package import MemoryImage

/// What a test of a type makes: a heap with one object of the type, and what belongs to it.
package protocol ObjectParts {
  var heap: SyntheticHeap { get set }
  /// The object that is tested.
  var object: Address { get }

  init(_ layout: Layout)
}

extension ObjectParts {
  /// The layout that the object follows.
  package var layout: Layout { heap.layout }

  /// Everything that is read of the object; nil if none is there.
  package var facts: ObjectFacts? { ObjectFacts(object, in: heap.inferior()) }

  /// The reason why the object is invalid after a change; nil if it is valid, or is not there at all.
  package static func reason(_ layout: Layout, after change: (inout Self) -> Void) -> InvalidReason? {
    var parts = Self(layout)
    change(&parts)
    return parts.facts?.invalidReason
  }

  /// Changes a field of the object.
  package mutating func set<Value: FixedWidthInteger>(_ field: FieldOffset<Value>, to value: Value) {
    heap.write(value, at: object + field.bytes)
  }

  /// Changes a pointer in the object.
  package mutating func set(_ field: FieldOffset<Address>, to address: Address) {
    heap.write(address, at: object + field.bytes)
  }
}

/// What is read of an object.
package struct ObjectFacts {
  /// A reference to another object.
  package struct Reference: Hashable, Sendable {
    package let address: Address
    package let kind: ReferentKind

    package init(_ address: Address, _ kind: ReferentKind) {
      (self.address, self.kind) = (address, kind)
    }
  }

  /// The reason why it is invalid, nil if it is valid.
  package let invalidReason: InvalidReason?
  /// The size as `sys.getsizeof` counts it.
  package let byteCount: Int
  /// All references but that to its type, in the order in which they are visited.
  package let references: [Reference]
  /// The printed form; `text` of `ObjectShape` describes it.
  package let text: String

  /// Reads the object at an address; nil if none is there.
  package init?(_ object: Address, in inferior: Inferior, limit: Int = 100) {
    guard let header = inferior.object(at: object), let type = try? inferior.typeAddress(of: object) else { return nil }
    invalidReason = header.invalidReason(in: inferior)
    byteCount = header.byteCount(in: inferior)
    var references: [Reference] = []
    header.forEachReferent(in: inferior) { address, kind, _ in
      if address != type { references.append(Reference(address, kind)) }
    }
    self.references = references
    text = header.shape(in: inferior, limit: limit).text
  }
}

extension ObjectShape {
  /// The form in one line: objects by their addresses, fields in braces.
  package var text: String {
    switch self {
    case .atom(let text): text
    case .text(let points, let length):
      "\"\(String(String.UnicodeScalarView(points.compactMap(UnicodeScalar.init))))\" of \(length)"
    case .bytes(let prefix, let bytes, let length, let suffix): "\(prefix)\(bytes) of \(length)\(suffix)"
    case .sequence(_, let open, let items, _, let close):
      open + items.map(\.description).joined(separator: ", ") + close
    case .mapping(_, let open, let entries, _, let close):
      open + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + close
    case .values(_, let open, let items, _, let close): open + items.joined(separator: ", ") + close
    case .composed(_, let parts, let fields): parts.map(\.text).joined() + Self.text(of: fields)
    case .described(let line, let fields): line + Self.text(of: fields)
    case .instance(let name, let value, let fields): "\(name) \(value?.text ?? "")" + Self.text(of: fields)
    case .invalid(let name): "\(name) !"
    }
  }

  private static func text(of fields: [Field]) -> String {
    fields.isEmpty ? "" : " {" + fields.map { "\($0.name): \($0.value.text)" }.joined(separator: ", ") + "}"
  }
}

extension ObjectShape.Part {
  fileprivate var text: String {
    switch self {
    case .text(let text): text
    case .object(let address): address.description
    case .shape(let shape): shape.text
    }
  }
}

extension ObjectShape.Value {
  fileprivate var text: String {
    switch self {
    case .object(let address): address.description
    case .text(let text): text
    case .shape(let shape): shape.text
    }
  }
}

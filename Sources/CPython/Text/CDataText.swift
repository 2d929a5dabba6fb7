import MemoryImage

/// C data as ctypes shows it, written by the description in its Python type: `_type_`, `_length_`, `_fields_`.
struct CDataText {
  private let inferior: Inferior
  private let limit: Int
  /// The number of values that may still be written, in all parts together.
  private var budget: Int
  private var depth = 0

  /// The depth to which nested structures are expanded, and the length of the longest text.
  private static let deepest = 6
  private static let longestText = 100
  /// The greatest number of values, however many are requested.
  private static let mostValues = 1 << 20

  init(_ inferior: Inferior, limit: Int) {
    self.inferior = inferior
    self.limit = limit
    budget = 10 * min(max(1, limit), Self.mostValues)
  }

  /// The data of a type: `c_int(5)`, `Point(x=1, y=2)`, `c_int_Array_3([1, 2, 3])`.
  mutating func text(of type: Address, at address: Address, size: Int, count: Int) -> String {
    let name = inferior.types.type(at: type)?.shortName ?? "?"
    guard depth < Self.deepest, budget > 0 else { return "\(name)(...)" }
    depth += 1
    budget -= 1
    defer { depth -= 1 }
    switch category(of: type) {
    case .simple: return "\(name)(\(simpleText(of: type, at: address, size: size)))"
    case .array: return "\(name)(\(arrayText(of: type, at: address, size: size, count: count)))"
    case .structure: return "\(name)(\(fields(of: type, at: address)))"
    case .pointer: return "\(name)(\(Self.pointerText((try? inferior.memory.load(at: address)) ?? .null)))"
    case nil: return "\(name)(\(size) bytes)"
    }
  }

  private enum Category { case simple, array, structure, pointer }

  /// The category of a type, by its nearest base that is one of ctypes' own.
  private func category(of type: Address) -> Category? {
    for base in bases(of: type) {
      switch inferior.types.type(at: base)?.shortName {
      case "_SimpleCData": return .simple
      case "Array": return .array
      case "Structure", "Union", "BigEndianStructure": return .structure
      case "_Pointer", "PyCFuncPtr", "CFuncPtr": return .pointer
      default: continue
      }
    }
    return nil
  }

  /// The type and its bases, at most 64 of them.
  private func bases(of type: Address) -> [Address] {
    var chain = [type]
    while chain.count < 64, let next = chain.last.flatMap({ inferior.types.type(at: $0)?.base }), !next.isNull {
      chain.append(next)
    }
    return chain
  }

  /// An attribute of a type, or of the nearest base that has it.
  private func attribute(_ name: String, of type: Address) -> Address? {
    for base in bases(of: type) {
      if let value = ownAttribute(name, of: base) { return value }
    }
    return nil
  }

  private func ownAttribute(_ name: String, of type: Address) -> Address? {
    guard let object = try? PyTypeObject(at: type, in: inferior) else { return nil }
    let dict = try? PyDictObject(at: object[inferior.layout.type.tp_dict], in: inferior)
    return dict?.value(forKey: name, in: inferior)
  }
}

extension CDataText {
  /// The letter of a simple type; 0 if there is none.
  private func code(of type: Address) -> UInt8 {
    attribute("_type_", of: type).flatMap { inferior.string(at: $0, limit: 1) }?.utf8.first ?? 0
  }

  private mutating func simpleText(of type: Address, at address: Address, size: Int) -> String {
    budget -= 1
    let code = code(of: type)
    let pointer: Address = (try? inferior.memory.load(at: address)) ?? .null
    switch UnicodeScalar(code) {
    case "z" where !pointer.isNull:
      guard let bytes = try? inferior.memory.cString(at: pointer, limit: 1024) else { break }
      return "b" + PythonText.quoted(Array(bytes.prefix(Self.longestText)))
    case "O": return pointer.isNull ? "NULL" : "object at \(pointer)"
    case "Z" where !pointer.isNull: return wideText(at: pointer)
    case "u":
      let value = try? inferior.memory.load(UInt32.self, at: address)
      return value.map { PythonText.quoted([$0]) } ?? "?"
    default: break
    }
    guard let format = CValueFormat(structCode: code, isNative: true), format.size <= size,
      let bytes = try? inferior.memory.array(of: UInt8.self, at: address, count: format.size)
    else { return "\(size) bytes" }
    return format.text(of: bytes)
  }

  private func wideText(at address: Address) -> String {
    var points: [UInt32] = []
    for index in 0..<Self.longestText {
      guard let point = try? inferior.memory.load(UInt32.self, at: address + index * 4), point != 0 else { break }
      points.append(point)
    }
    return PythonText.quoted(points)
  }

  private static func pointerText(_ pointer: Address) -> String {
    pointer.isNull ? "NULL" : "\(pointer)"
  }

  /// The items between brackets; an array of `char` is written as bytes.
  private mutating func arrayText(of type: Address, at address: Address, size: Int, count: Int) -> String {
    guard let item = attribute("_type_", of: type), category(of: item) == .simple, code(of: item) == UInt8(ascii: "c")
    else {
      return "[\(items(of: type, at: address, size: size, count: count))]"
    }
    budget -= 1
    let shown = max(0, min(size, Self.longestText))
    guard let bytes = try? inferior.memory.array(of: UInt8.self, at: address, count: shown) else {
      return "\(size) bytes"
    }
    return "b" + PythonText.quoted(Array(bytes)) + (size > shown ? "...<\(size - shown) more>" : "")
  }

  private mutating func items(of type: Address, at address: Address, size: Int, count: Int) -> String {
    let length = attribute("_length_", of: type).flatMap {
      (try? PyLongObject(at: $0, in: inferior))?.smallValue(in: inferior)
    }
    let count = max(0, length ?? count)
    guard count > 0, size > 0, let item = attribute("_type_", of: type) else { return "" }
    let itemSize = size / count
    let shown = min(count, limit, max(0, budget))
    var texts: [String] = []
    let isSimple = category(of: item) == .simple
    for index in 0..<shown {
      let place = address + index &* itemSize
      texts.append(
        isSimple
          ? simpleText(of: item, at: place, size: itemSize) : text(of: item, at: place, size: itemSize, count: 0))
    }
    if count > shown { texts.append("...<\(count - shown) more>") }
    return texts.joined(separator: ", ")
  }

  /// The fields in `_fields_` of the type and its bases, those of the base first.
  private mutating func fields(of type: Address, at address: Address) -> String {
    let layout = inferior.layout.cField
    var texts: [String] = []
    for base in bases(of: type).reversed() {
      for name in fieldNames(of: base) where budget > 0 && texts.count < limit {
        guard let descriptor = ownAttribute(name, of: base),
          let field = try? inferior.memory.record(at: descriptor, size: layout.size)
        else { continue }
        let (offset, size, proto) = (field[layout.offset], field[layout.byteSize], field[layout.proto])
        guard offset >= 0, offset < 1 << 40, size > 0 else {
          texts.append("\(name)=?")
          continue
        }
        let place = address + offset
        let value =
          if let bits = bits(of: field) {
            bitText(of: proto, at: place, bits)
          } else if category(of: proto) == .simple {
            simpleText(of: proto, at: place, size: size)
          } else {
            text(of: proto, at: place, size: size, count: 0)
          }
        texts.append("\(name)=\(value)")
      }
    }
    return texts.joined(separator: ", ")
  }

  /// The bits of a number that form a bit field; nil for any other field. Before 3.14 the field's size encodes them.
  private func bits(of field: MemoryRecord) -> (start: Int, count: Int)? {
    let layout = inferior.layout.cField
    if let size = layout.bitSize, let start = layout.bitOffset {
      return field[size] == 0 ? nil : (Int(field[start]), Int(field[size]))
    }
    let size = field[layout.byteSize]
    return size < 1 << 16 ? nil : (size & 0xFFFF, size >> 16)
  }

  private func bitText(of type: Address, at address: Address, _ bits: (start: Int, count: Int)) -> String {
    let code = code(of: type)
    guard let format = CValueFormat(structCode: code, isNative: true), bits.count > 0, bits.count <= 64,
      bits.start >= 0, bits.start <= 64 - bits.count,
      let bytes = try? inferior.memory.array(of: UInt8.self, at: address, count: format.size)
    else { return "?" }
    // The bits move to the top, so that the highest of them becomes the sign.
    let value = CValueFormat.unsigned(bytes) << UInt64(64 - bits.count - bits.start)
    let unused = UInt64(64 - bits.count)
    return format.isSigned ? "\(Int64(bitPattern: value) >> Int64(unused))" : "\(value >> unused)"
  }

  /// The first elements of the tuples in `_fields_`.
  private func fieldNames(of type: Address) -> [String] {
    guard let fields = ownAttribute("_fields_", of: type), let header = inferior.object(at: fields) else { return [] }
    var items: [Address] = []
    if header.type.kind == .list, let list = try? PyListObject(header, in: inferior) {
      items = inferior.pointers(at: list.items, count: list.count, limit: limit)
    } else if let tuple = try? PyTupleObject(header, in: inferior), header.type.kind == .tuple {
      items = inferior.pointers(at: tuple.items, count: tuple.count, limit: limit)
    }
    return items.compactMap { item in
      guard let pair = try? PyTupleObject(at: item, in: inferior),
        let name = inferior.pointers(at: pair.items, count: pair.count, limit: 1).first
      else { return nil }
      return inferior.string(at: name, limit: 256)
    }
  }
}

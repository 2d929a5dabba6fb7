package import MemoryImage

/// A `module` in the inferior's memory.
///
/// Mirrors `PyModuleObject` in CPython's `Include/internal/pycore_moduleobject.h`.
package struct PyModuleObject: PythonObject {
  package let address: Address
  /// The module's variables (`md_dict`), and its name (`md_name`).
  package let dict: Address
  package let name: Address
  /// The state that its C code keeps (`md_state`), its size in bytes, and the address of the module's name in C.
  private let state: Address
  private let stateSize: Int
  private let nameInC: Address
  private let type: TypeTraits

  /// A larger state than any module has, in bytes.
  private static let largestState = 1 << 20

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.module
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    dict = record[layout.md_dict]
    name = record[layout.md_name]
    state = record[layout.md_state]
    let layoutOfDefinition = inferior.layout.moduleDefinition
    let address = Self.definition(in: record, layout)
    let definition = state.isNull ? nil : try? inferior.memory.record(at: address, size: layoutOfDefinition.size)
    stateSize = layout.md_state_size.map { record[$0] } ?? definition?[layoutOfDefinition.m_size] ?? 0
    nameInC = definition?[layoutOfDefinition.m_name] ?? .null
  }

  /// The module's definition (`PyModuleDef`); null if it has none.
  static func definition(in record: MemoryRecord, _ layout: ModuleLayout) -> Address {
    if let field = layout.md_token_is_def, record[field] == 0 { return .null }
    return record[layout.md_def]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    // A module that was never initialised has neither.
    if !dict.isNull && !inferior.isObject(dict, ofKind: .dict) { return .wrongReferentType }
    return !name.isNull && inferior.object(at: name) == nil ? .invalidReferent : nil
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    body(name, .held, "md_name")
    guard !state.isNull, (8...Self.largestState).contains(stateSize),
      let words = try? inferior.memory.array(of: Address.self, at: state, count: stateSize / 8)
    else { return }
    // The module's own traversal visits the state of its C code. Nothing is known of what it does not visit.
    let nameInC =
      (try? inferior.memory.cString(at: nameInC, limit: 256)).map { String(decoding: $0, as: UTF8.self) }
      ?? inferior.string(at: name, limit: 256) ?? ""
    let layout = stateLayout(of: nameInC, in: inferior)
    let visited = layout?.offsets ?? []
    if layout?.visitsType == true { body(inferior.types.walks[Int(type.number)].type, .visited, "ob_type") }
    // The traversal may show the collector a free list, as that of `_asyncio` in 3.12 does, which has no live objects.
    for index in 0..<words.count
    where words[index].isAligned(to: 8)
      && (visited.contains(index &* 8) || inferior.memory.guessing.isMapped(words[index], byteCount: 8))
      && Liveness.isReferenceCountValid(of: words[index], in: inferior)
    {
      body(words[index], visited.contains(index &* 8) ? .visited : .probable, "md_state")
    }
    switch nameInC {
    case "atexit": AtexitState.forEachReferent(at: state, in: inferior, body)
    case "_zoneinfo": ZoneInfoState.forEachReferent(at: state, in: inferior, body)
    case "decimal", "_decimal": DecimalState.forEachReferent(at: state, in: inferior, body)
    default: break
    }
  }

  /// The offsets in the state that the collector visits, if the state is a known one.
  private func stateLayout(of nameInC: String, in inferior: Inferior) -> ModuleStateLayout? {
    inferior.types.moduleStates.state(of: nameInC, size: stateSize)
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .described("module \(ObjectShape.quoted(inferior.shownString(at: name)))", fields: [.init("dict", object: dict)])
  }
}

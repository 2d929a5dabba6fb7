package import MemoryImage

/// A `collections.defaultdict` in the inferior's memory: a dict, and the function that makes its missing values.
///
/// Mirrors `defdictobject` in CPython's `Modules/_collectionsmodule.c`.
package struct DefaultDictObject: PythonObject {
  package let address: Address
  /// The dict with which the object begins.
  package let dict: PyDictObject
  /// The function that is called for a missing key (`default_factory`); null if there is none.
  package let factory: Address

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.defaultDict
    address = header.address
    dict = try PyDictObject(header, in: inferior)
    factory = try inferior.memory.load(at: address + layout.default_factory.bytes)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard factory.isAligned(to: 8) else { return .misalignedPointer }
    return dict.invalidReason(in: inferior)
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    body(factory, .visited, "default_factory")
    dict.forEachReferent(in: inferior, body)
  }

  package func byteCount(in inferior: Inferior) -> Int { dict.byteCount(in: inferior) }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let maker: ObjectShape.Part
    if factory.isNull {
      maker = .text("None")
    } else if let type = inferior.types.type(at: factory) {
      maker = .text("<class '\(type.name)'>")
    } else {
      maker = .object(factory)
    }
    return .composed(
      typeName: "collections.defaultdict",
      parts: [.text("defaultdict("), maker, .text(", "), .shape(dict.shape(in: inferior, limit: limit)), .text(")")],
      fields: [])
  }
}

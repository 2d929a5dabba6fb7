package import CPython
import MemoryImage

/// An object in JSON.
package struct ObjectEntry: Encodable, Sendable {
  package let address: String
  package let type: String
  package let typeAddress: String
  package let size: Int
  /// Present, and true, only where the type computes its size by code of its own, which is not known.
  package let isSizeBasic: Bool?
  /// Absent for an immortal object.
  package let referenceCount: Int?
  package let repr: String

  /// The entry of an object that was printed as `text`.
  package init(_ header: ObjectHeader, text: String, sizes: inout TypeSizes, in inferior: Inferior) {
    let info = inferior.types.types[Int(header.type.number)]
    address = header.address.description
    type = info.name
    typeAddress = info.address.description
    let stated = sizes.size(of: header)
    size = stated.byteCount
    isSizeBasic = stated.isBasic ? true : nil
    repr = text
    referenceCount = Liveness.referenceCount(ofObjectAt: header.address, in: inferior)
  }
}

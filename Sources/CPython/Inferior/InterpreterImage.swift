package import MemoryImage
package import NativeProcess

/// The interpreter's own program: the one that holds the type `type`, and the code and constants that it points at.
///
/// These may be two programs. Where an executable names `&PyType_Type`, the linker reserves room in the executable for a
/// copy of the type (`R_*_COPY`). The copy is the one in use; its name and everything else stay in the library.
package struct InterpreterImage: Sendable, Hashable {
  /// The programs, each from its first to its last byte, as far as their ELF headers are in the dump.
  private let programs: [AddressRange]
  /// The one of them that holds the names of the interpreter's types.
  private let constants: AddressRange?
  /// Where else the image may be; nil if nothing is known, so that it may be in all memory.
  private let surroundings: [AddressRange]?

  /// An image that may be anywhere.
  package init() {
    (programs, constants, surroundings) = ([], nil, nil)
  }

  /// The image of the interpreter whose `type` is at `typeObject`. If the dump lacks the program's header, the image is
  /// the memory near `type`.
  ///
  /// - Parameter programs: the programs of the process, by their ELF headers.
  package init(holding typeObject: Address, programs: [LoadedProgram], in memory: AddressSpace) {
    let field = Layout.supported[0].type.tp_name
    let name: Address = (try? memory.load(at: typeObject + field.bytes)) ?? .null
    let holders = programs.map(\.range).filter { $0.contains(typeObject) || $0.contains(name) }
    let isFound = holders.contains { $0.contains(typeObject) }
    self.programs = holders
    constants = holders.first { $0.contains(name) }
    surroundings = isFound ? [] : [Self.surroundings(of: typeObject)].compactMap { $0 }
  }

  /// Whether a type's name is in the same program as the names of the interpreter's types. An executable that the linker
  /// copied types into may have types of its own.
  func holdsName(_ name: Address) -> Bool {
    guard let surroundings else { return true }
    if let constants { return constants.contains(name) }
    return programs.contains { $0.contains(name) } || surroundings.contains { $0.contains(name) }
  }

  /// Whether a part of `range` is in the image.
  package func overlaps(_ range: AddressRange) -> Bool {
    guard let surroundings else { return true }
    return programs.contains { $0.overlaps(range) } || surroundings.contains { $0.overlaps(range) }
  }

  /// Whether a part of `range` is in a program that is known to be the interpreter's.
  func isProgram(_ range: AddressRange) -> Bool { programs.contains { $0.overlaps(range) } }

  /// The greatest distance between static data of one interpreter, in bytes.
  private static let reach: UInt64 = 8 << 20

  private static func surroundings(of address: Address) -> AddressRange? {
    let (start, end) = (address.rawValue, address.rawValue.addingReportingOverflow(reach))
    return AddressRange(
      start: Address(start - min(start, reach)), end: Address(end.overflow ? .max : end.partialValue))
  }
}

package import MemoryImage

/// `_Py_DebugOffsets`: the interpreter's own table of the offsets of its structures' fields, as found in a dump.
///
/// Since 3.13 it is the first field of `_PyRuntime`. Its shape is fixed within a minor version, from the release
/// candidates on (Include/internal/pycore_runtime.h). The numbers come from the dump and are unreliable until
/// `offset(of:width:within:limit:)` has checked them.
package struct DebugOffsets: Sendable, Equatable {
  /// The first eight bytes (`cookie`), which identify the table where symbols are missing.
  package static let cookie: [UInt8] = Array("xdebugpy".utf8)

  /// The address of the table, which is also that of `_PyRuntime`.
  package let address: Address
  /// The interpreter's version, from `hexVersion`.
  package let version: PythonVersion
  /// `PY_VERSION_HEX` (`version`), with the release level and serial in its lowest byte.
  package let hexVersion: UInt64
  /// Whether the build is free-threaded (`free_threaded`), which changes its structures.
  package let isFreeThreaded: Bool

  private let numbers: [Field: UInt64]

  /// The table at `address`; nil if not all of it is mapped. If its version's shape is not known, it has the head alone.
  package init?(at address: Address, in memory: AddressSpace) {
    guard let head = try? memory.array(of: UInt64.self, at: address, count: Self.headWordCount),
      head[0] == Self.cookieWord,
      let version = Self.version(hexadecimal: head[1]),
      head[2] <= 1, (version.major, version.minor) >= Self.firstVersion
    else { return nil }
    let fields = Self.fields(of: version) ?? []
    guard let words = try? memory.array(of: UInt64.self, at: address, count: Self.headWordCount + fields.count)
    else { return nil }
    self.address = address
    self.version = version
    self.hexVersion = head[1]
    self.isFreeThreaded = head[2] == 1
    self.numbers = Dictionary(
      uniqueKeysWithValues: fields.indices.map { (fields[$0], words[$0 + Self.headWordCount]) })
  }

  /// The unchecked number in the dump; nil if the version does not have the field.
  package subscript(field: Field) -> UInt64? { numbers[field] }

  /// The first version with debug offsets.
  private static let firstVersion = (3, 13)

  /// `cookie`, `version` and `free_threaded`.
  private static let headWordCount = 3

  /// The cookie as a little-endian number.
  private static let cookieWord = cookie.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }

  /// The version, if it is a release or a candidate: in alphas and betas the shape still changed.
  private static func version(hexadecimal number: UInt64) -> PythonVersion? {
    let releaseLevel = number >> 4 & 0xF
    guard number <= UInt64(UInt32.max), releaseLevel == 0xC || releaseLevel == 0xF else { return nil }
    return PythonVersion(hexadecimal: number)
  }
}

extension DebugOffsets {
  /// The greatest size of a structure of objects or frames, in bytes.
  package static let objectLimit = 65536
  /// The greatest size of `PyInterpreterState` and `_PyRuntimeState`, which have some hundred thousand bytes.
  package static let stateLimit = 1 << 24

  /// A structure's size, in `1...limit`; nil if the version does not have the field.
  package func size(of field: Field, limit: Int = objectLimit) throws -> Int? {
    guard let number = self[field] else { return nil }
    guard let size = Int(exactly: number), (1...limit).contains(size) else {
      throw DebugOffsetsProblem(address: address, reason: "\(field.rawValue) is \(number), not in 1...\(limit)")
    }
    return size
  }

  /// The offset of a field of `width` bytes inside the structure of the given size; nil if the version does not have it.
  package func offset(
    of field: Field, width: Int = 8, within sizeField: Field, limit: Int = objectLimit
  ) throws -> Int? {
    guard let number = self[field], let size = try size(of: sizeField, limit: limit) else { return nil }
    guard let offset = Int(exactly: number), offset <= size - width else {
      let reason = "\(field.rawValue) \(number) with \(width) bytes is outside of \(sizeField.rawValue) \(size)"
      throw DebugOffsetsProblem(address: address, reason: reason)
    }
    return offset
  }
}

/// The reason why the debug offsets of a dump cannot be used.
package struct DebugOffsetsProblem: Error, Equatable, CustomStringConvertible {
  /// The address of the table.
  package let address: Address
  /// What was expected and what was found, in one line.
  package let reason: String

  package var description: String { "debug offsets at \(address): \(reason)" }
}

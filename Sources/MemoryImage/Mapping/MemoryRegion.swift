/// One mapping of the process under examination, with its bytes.
public struct MemoryRegion: Sendable {
  /// The addresses of the mapping in the process.
  public let range: AddressRange
  /// The owner of the bytes.
  public let owner: MappedBytes
  /// The offset of the region's first byte in the owner's bytes.
  public let offset: Int
  /// The permissions of the mapping, if the format records them.
  public let permissions: Permissions?
  /// The file that was mapped, or a name like `[heap]`, if the format records it.
  public let file: String?

  /// Creates a region whose bytes are in `owner` from `offset`; nil if they do not fit.
  public init?(
    range: AddressRange, owner: MappedBytes, offset: Int = 0, permissions: Permissions? = nil, file: String? = nil
  ) {
    guard offset >= 0, offset <= owner.count, range.count <= owner.count - offset else { return nil }
    self.range = range
    self.owner = owner
    self.offset = offset
    self.permissions = permissions
    self.file = file
  }

  /// The access that a process has to a mapping.
  public struct Permissions: OptionSet, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The bytes may be read.
    public static let read = Permissions(rawValue: 4)
    /// The bytes may be written.
    public static let write = Permissions(rawValue: 2)
    /// The bytes may be executed.
    public static let execute = Permissions(rawValue: 1)

    public var description: String {
      (contains(.read) ? "r" : "-") + (contains(.write) ? "w" : "-") + (contains(.execute) ? "x" : "-")
    }
  }

  /// The parts that are known to be zero without being read, in ascending order.
  var untouched: [AddressRange] {
    owner.holes.within(offset..<(offset + range.count)).compactMap { hole in
      AddressRange(start: range.start + hole.lowerBound, count: hole.count)
    }
  }

  /// Returns whether the region begins where `other` ends and is of the same kind, as far as the format says.
  func continues(_ other: MemoryRegion) -> Bool {
    range.start == other.range.end && permissions == other.permissions && file == other.file
  }

  /// Returns the part of the region from `start`, or nil if nothing is left.
  func dropping(before start: Address) -> MemoryRegion? {
    guard start > range.start else { return self }
    guard let rest = AddressRange(start: start, end: range.end) else { return nil }
    let dropped = range.count - rest.count
    return MemoryRegion(
      range: rest, owner: owner, offset: offset + dropped, permissions: permissions, file: file)
  }
}

public import MemoryImage

extension LoadedProgram {
  /// A program or library whose header is in the dump, but whose data are not, or not all.
  public struct WithoutData: Sendable {
    /// The addresses from the first to the last byte of the program.
    public let range: AddressRange
    /// The writable parts of the program that are not in the dump, in ascending order.
    public let missing: [AddressRange]
    /// The name that the program states (`DT_SONAME`).
    public let name: String?
  }

  /// Returns the programs and libraries that lack data, in ascending order.
  public static func withoutData(in memory: AddressSpace) -> [WithoutData] {
    let present = memory.regions.map(\.range).merged()
    return memory.regions.compactMap { WithoutData(at: $0.range.start, in: memory, present: present) }
  }
}

extension LoadedProgram.WithoutData {
  fileprivate init?(at address: Address, in memory: AddressSpace, present: [AddressRange]) {
    let segments = ProgramSegment.all(at: address, in: memory)
    guard let first = segments.first(where: { $0.kind == .load && $0.fileOffset == 0 }) else { return nil }
    let bias = address.rawValue &- Address(first.start).alignedDown(to: ProgramSegment.page).rawValue
    let loads = segments.filter { $0.kind == .load }
    let ranges = loads.compactMap { $0.pages(bias: bias) }
    let data = loads.filter(\.isWritable).compactMap { $0.pages(bias: bias) }
    missing = data.merged().flatMap { $0.without(present) }
    guard !missing.isEmpty, let start = ranges.map(\.start).min(), let end = ranges.map(\.end).max(),
      let range = AddressRange(start: start, end: end)
    else { return nil }
    self.range = range
    name = segments.first { $0.kind == .dynamic }.flatMap { Self.name(by: $0, bias: bias, in: memory) }
  }

  /// Returns the name in the dynamic table (`Elf64_Dyn`): `DT_SONAME` is its offset in the strings at `DT_STRTAB`, whose
  /// address the loader has relocated.
  private static func name(by table: ProgramSegment, bias: UInt64, in memory: AddressSpace) -> String? {
    var (text, place): (UInt64?, UInt64?)
    let entries = min(table.byteCount / 16, 256)
    for number in 0..<Int(entries) {
      let entry = Address(table.start &+ bias) + number * 16
      guard let tag: UInt64 = try? memory.load(at: entry), tag != 0, let value: UInt64 = try? memory.load(at: entry + 8)
      else { break }
      if tag == 5 { text = value }
      if tag == 14 { place = value }
    }
    guard let text, let place, let bytes = try? memory.cString(at: Address(text &+ place), limit: 256), !bytes.isEmpty
    else { return nil }
    return ForeignText.text(utf8: bytes)
  }
}

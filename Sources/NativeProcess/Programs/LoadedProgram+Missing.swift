import CElf
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
    guard let (segments, bias) = LoadedProgram.segments(at: address, in: memory) else { return nil }
    let loads = segments.filter(\.isLoad)
    let ranges = loads.compactMap { $0.pages(bias: bias) }
    let data = loads.filter(\.isWritable).compactMap { $0.pages(bias: bias) }
    missing = data.merged().flatMap { $0.without(present) }
    guard !missing.isEmpty, let start = ranges.map(\.start).min(), let end = ranges.map(\.end).max(),
      let range = AddressRange(start: start, end: end)
    else { return nil }
    self.range = range
    name = segments.first(where: \.isDynamic).flatMap { Self.name(by: $0, bias: bias, in: memory) }
  }

  /// Returns the name in the dynamic table (`Elf64_Dyn`): `DT_SONAME` is its offset in the strings at `DT_STRTAB`, whose
  /// address the loader has relocated.
  private static func name(by table: GElf_Phdr, bias: UInt64, in memory: AddressSpace) -> String? {
    var (text, place): (UInt64?, UInt64?)
    let size = MemoryLayout<Elf64_Dyn>.size
    for number in 0..<Int(min(table.p_memsz / UInt64(size), 256)) {
      let row = Address(table.p_vaddr &+ bias) + number * size
      guard let tag = try? memory.load(Int64.self, at: row), tag != DT_NULL, let value: UInt64 = try? memory.load(at: row + 8)
      else { break }
      if tag == DT_SONAME { text = value }
      if tag == DT_STRTAB { place = value }
    }
    guard let text, let place, let bytes = try? memory.cString(at: Address(text &+ place), limit: 256), !bytes.isEmpty
    else { return nil }
    return ForeignText.text(utf8: bytes)
  }
}

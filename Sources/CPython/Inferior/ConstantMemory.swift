import MemoryImage
import NativeProcess

/// Memory whose contents look like objects but are not, because reference counts cannot be written there.
///
/// Since 3.13 `_PyRuntime` is initialised by copying a constant template of itself (`initial` in Python/pylifecycle.c),
/// with all the small ints, single characters and interned names that it holds. The compiler puts the template into
/// read-only data, where it stays; its table of debug offsets lacks the cookie.
enum ConstantMemory {
  /// The constant ranges of a process, in any order: the memory that the dump or a program's header marks as not
  /// writable, and the templates.
  static func ranges(
    in memory: AddressSpace, programs: [LoadedProgram], debugOffsets: DebugOffsets?
  ) -> [AddressRange] {
    let readOnly = memory.regions.filter { $0.permissions.map { !$0.contains(.write) } ?? false }.map(\.range)
    return readOnly + programs.flatMap(\.constants) + templates(in: memory, programs: programs, debugOffsets: debugOffsets)
  }

  /// The copies of `_PyRuntime` that are not in use: they have what follows the cookie, but not the cookie.
  private static func templates(
    in memory: AddressSpace, programs: [LoadedProgram], debugOffsets: DebugOffsets?
  ) -> [AddressRange] {
    let needleSize = 64
    let cookieSize = DebugOffsets.cookie.count
    guard let debugOffsets,
      let size = try? debugOffsets.size(of: .runtime_state_size, limit: DebugOffsets.stateLimit),
      let needle = try? memory.array(of: UInt8.self, at: debugOffsets.address + cookieSize, count: needleSize)
    else { return [] }
    // The version's four bytes are rare and quick to search for; most of what follows them is zeros.
    let version = Array(needle.prefix(4))
    // The template and `_PyRuntime` are in the same program or library.
    let program = programs.first { $0.range.contains(debugOffsets.address) }?.range
    let reach = 64 << 20
    let start = debugOffsets.address - min(reach, Int(clamping: debugOffsets.address.rawValue))
    return memory.chunks()
      .filter { chunk in
        if let program { return program.overlaps(chunk.range) }
        return chunk.isStatic && chunk.range.end >= start
          && chunk.range.start <= debugOffsets.address + reach
      }
      .flatMap { $0.occurrences(of: version, limit: 4096) }
      .filter { address in
        guard address != debugOffsets.address + cookieSize,
          let found = try? memory.array(of: UInt8.self, at: address, count: needleSize)
        else { return false }
        return found.elementsEqual(needle)
      }
      .compactMap { AddressRange(start: $0 - cookieSize, count: size) }
  }
}

package import MemoryImage
import NativeProcess

/// The data of an interpreter that are missing in a dump with the rest of its program. Without them no type is known.
package struct LostInterpreterData: Equatable, Sendable {
  /// The beginning of the program or library.
  package let program: Address
  /// The name that the program states (`DT_SONAME`); nil if it states none.
  package let name: String?
  /// The first missing part of its data.
  package let range: AddressRange

  /// A text that every interpreter has in its constants, and no other program.
  private static let mark = Array("PYTHONHASHSEED must be".utf8)

  /// The missing data of the first interpreter that lacks some; nil if none does.
  package init?(in memory: AddressSpace) {
    let chunks = memory.chunks()
    for program in LoadedProgram.withoutData(in: memory) {
      let isInterpreter = chunks.contains { chunk in
        program.range.overlaps(chunk.range)
          && chunk.occurrences(of: Self.mark, limit: 4).contains { program.range.contains($0) }
      }
      guard isInterpreter, let first = program.missing.first else { continue }
      self.program = program.range.start
      name = program.name
      range = first
      return
    }
    return nil
  }
}

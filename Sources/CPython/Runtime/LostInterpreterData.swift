package import MemoryImage

/// The data of an interpreter that the dump lacks, where it has the rest of its program: without them no type is known.
package struct LostInterpreterData: Equatable, Sendable {
  /// Where the program or library begins.
  package let program: Address
  /// What the program says that it is called (`DT_SONAME`); nil if it says nothing.
  package let name: String?
  /// The first part of its data that is missing.
  package let range: AddressRange

  /// A text in every interpreter's constants, and in no other program's.
  private static let mark = Array("PYTHONHASHSEED must be".utf8)

  /// What is missing of the first interpreter that lacks something; nil if none does.
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

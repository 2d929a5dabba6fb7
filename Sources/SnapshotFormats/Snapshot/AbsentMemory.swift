package import MemoryImage

/// Memory that the process had and that the dump should have, but has not: a file or the end of one is missing, a block is
/// broken. What a dumper leaves out of a dump is none.
package struct AbsentMemory: Sendable, Equatable {
  /// Where it was.
  package let range: AddressRange
  /// The file that was mapped there, or the kernel's name, where the dump tells.
  package let name: String?
}

extension SnapshotContents {
  /// What was promised and is not among the regions, in ascending order and apart.
  var absent: [AbsentMemory] {
    guard !promised.isEmpty else { return [] }
    let present = regions.map(\.range).merged()
    let ranges = promised.merged().flatMap { $0.without(present) }
    guard !ranges.isEmpty else { return [] }
    let names = MappedFileTable(mappedFiles + promisedNames)
    return ranges.flatMap { range in
      names.parts(of: range).map { AbsentMemory(range: $0, name: names.path(containing: $0.start)) }
    }
  }
}

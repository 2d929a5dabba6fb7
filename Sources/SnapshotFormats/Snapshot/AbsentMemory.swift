package import MemoryImage
import NativeProcess

/// Memory that the process had and that the dump should have, but lacks: a file or its end is missing, or a block is broken.
/// Memory that a dumper leaves out on purpose is not included.
package struct AbsentMemory: Sendable, Equatable {
  /// The addresses of the memory.
  package let range: AddressRange
  /// The file that was mapped there, or the kernel's name, if the dump records it.
  package let name: String?
}

extension SnapshotContents {
  /// The promised memory that is not among the regions, in ascending order and disjoint.
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

/// The formats in which the memory of a process can be stored. Each may also be compressed.
package enum SnapshotFormat: String, Sendable, CaseIterable, CustomStringConvertible {
  /// A directory with a file `mem.START.END.bin` for each region.
  case directory
  /// One file of regions, each after a header of its start and end address.
  case stream
  /// An ELF core file, as the kernel, `gcore` and others write it.
  case core
  /// Not a dump: the memory of a running process, copied into ours.
  case process

  /// The name of the format in messages.
  package var description: String {
    switch self {
    case .directory: "directory of regions"
    case .stream: "region stream"
    case .core: "ELF core file"
    case .process: "running process"
    }
  }
}

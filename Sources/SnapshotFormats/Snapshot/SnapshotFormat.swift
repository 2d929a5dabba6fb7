/// The forms in which the memory of a process can lie in the file system. Each may be compressed on top.
package enum SnapshotFormat: String, Sendable, CaseIterable, CustomStringConvertible {
  /// A directory with a file `mem.START.END.bin` for each region.
  case directory
  /// One file of regions, each behind a header of its start and end address.
  case stream
  /// An ELF core file, as the kernel, `gcore` and others write it.
  case core
  /// No dump: the memory of a process that runs, copied into ours.
  case process

  /// What the format is called in messages.
  package var description: String {
    switch self {
    case .directory: "directory of regions"
    case .stream: "region stream"
    case .core: "ELF core file"
    case .process: "running process"
    }
  }
}

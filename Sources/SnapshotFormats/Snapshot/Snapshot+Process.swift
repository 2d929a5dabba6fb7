import MemoryImage
import NativeProcess

extension Snapshot {
  /// Opens the memory of a running process, copied while it is stopped.
  ///
  /// - Parameters:
  ///   - pid: the id of the process.
  ///   - stops: whether it is stopped for the copy; if not, the copy may be inconsistent, and a warning says so.
  /// - Throws: `CaptureError` if it cannot be read, `SnapshotError` if there is no room for the copy.
  package static func open(process pid: Int32, stops: Bool, options: SnapshotOptions) throws -> Snapshot {
    var capture = CaptureOptions()
    capture.stops = stops
    capture.threadCount = options.threadCount
    var summary = CaptureSummary()
    let source = "process \(pid)"
    let place = SpillingPlace(path: source, options: options)
    let (copy, target) = try ProcessCopy.make(pid: pid, options: capture, summary: &summary) { copy in
      try MemoryTarget(image: .regions(of: copy.plan), plan: copy.plan, place: place)
    }
    let bytes = target.finished(copy.plan)
    var contents = SnapshotContents()
    contents.warnings = summary.warnings
    contents.process = copy.process.facts
    contents.isListed = true
    contents.mappedFiles = copy.process.files
    contents.machine = MachineName.ofThisMachine
    contents.regions = zip(copy.plan.regions, target.image.regionOffsets).compactMap { region, offset in
      MemoryRegion(
        range: region.range, owner: bytes, offset: offset, permissions: region.permissions, file: region.name)
    }
    // The files as the process sees them, in its own container.
    let search = FileSearch(sysroot: "/proc/\(pid)/root", files: options.files)
    let pages = MappedFilePages(of: privateFiles(of: copy), missingFrom: contents.regions, search: search)
    contents.regions += pages.regions
    contents.files = pages.files
    return Snapshot(contents: contents, source: source, format: .process)
  }

  /// Returns the files whose pages are copied; shared memory holds no objects and is left out.
  private static func privateFiles(of copy: ProcessCopy) -> [MappedFile] {
    let shared = Set(copy.process.maps.mappings.filter { !$0.isWorthCopying }.map(\.range))
    return copy.process.files.filter { !shared.contains($0.range) }
  }
}

/// The machine's architecture as `uname -m` shows it.
private enum MachineName {
  static var ofThisMachine: String {
    #if arch(arm64)
      "aarch64"
    #else
      "x86_64"
    #endif
  }
}

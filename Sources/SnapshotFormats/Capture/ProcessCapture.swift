import Glibc
import MemoryImage

/// Takes a dump of a running process.
package enum ProcessCapture {
  /// Where a dump goes.
  package enum Output: Equatable, Sendable {
    /// A file or directory that does not exist yet, or an empty directory.
    case path(String)
    /// Standard output: a stream or a core.
    case standardOutput
  }

  /// Writes the readable memory of a process.
  ///
  /// The process stands still while it is copied, and runs on whatever happens to us; it is stopped and released by the
  /// calling thread. What is neither compressed nor sent is written meanwhile; all else is copied into memory first.
  /// The dump gets its name when it is complete: after an error, or a signal that asks us to end, nothing is left of
  /// it.
  ///
  /// - Throws: `CaptureError`, or `SnapshotError` if there is no room for the copy.
  package static func write(pid: Int32, to output: Output, options: CaptureOptions) throws -> CaptureSummary {
    var summary = CaptureSummary()
    switch output {
    case .path(let path):
      let signals = HeldSignals()
      defer { withExtendedLifetime(signals) {} }
      if options.format == .directory {
        try writeDirectory(pid: pid, path: path, options: options, summary: &summary)
      } else {
        try writeFile(pid: pid, path: path, options: options, summary: &summary)
      }
    // Nothing could be left behind: a signal may end us while we wait for a slow reader.
    case .standardOutput: try send(pid: pid, options: options, summary: &summary)
    }
    return summary
  }
}

private extension ProcessCapture {
  static func writeFile(pid: Int32, path: String, options: CaptureOptions, summary: inout CaptureSummary) throws {
    let file = try OutputFile(path: path)
    if options.compression == nil {
      let (_, target) = try ProcessCopy.make(pid: pid, options: options, summary: &summary) { copy in
        try FileTarget(file, image: image(of: copy, format: options.format))
      }
      summary.writtenByteCount = target.image.byteCount
    } else {
      let (image, bytes) = try copied(pid: pid, options: options, summary: &summary)
      unsafe try send(bytes, of: image, options: options, summary: &summary) { unsafe try file.append($0) }
    }
    try file.finish(owner: nil)
    if let owner = options.owner { give(path, to: owner, summary: &summary) }
  }

  static func writeDirectory(pid: Int32, path: String, options: CaptureOptions, summary: inout CaptureSummary) throws {
    let directory = try OutputDirectory(path: path)
    if let format = options.compression {
      let place = options.place(for: pid)
      let (copy, target) = try ProcessCopy.make(pid: pid, options: options, summary: &summary) { copy in
        try MemoryTarget(image: .regions(of: copy.plan), plan: copy.plan, place: place)
      }
      let bytes = target.finished()
      let done = ProgressCount(total: bytes.count, report: options.progress)
      for (region, offset) in zip(copy.plan.regions, target.image.regionOffsets) {
        let name = RegionFileName(range: region.range).text + (format == .gzip ? ".gz" : ".zst")
        try directory.makeFile(name, size: 0)
        var end = 0
        let part = unsafe UnsafeRawBufferPointer(rebasing: bytes.buffer[offset..<(offset + region.range.count)])
        try unsafe BlockWriter(format: format, threadCount: options.threadCount).write(
          part,
          to: {
            unsafe try directory.write($0, to: name, at: end)
            end += $0.count
          }, progress: done.add)
        summary.writtenByteCount += end
      }
    } else {
      let (copy, _) = try ProcessCopy.make(pid: pid, options: options, summary: &summary) { copy in
        try DirectoryTarget(directory, plan: copy.plan)
      }
      summary.writtenByteCount = copy.plan.byteCount
    }
    do {
      try directory.finish(owner: options.owner)
    } catch CaptureError.unwritable(let place, let errno) where errno == EPERM && options.owner != nil {
      // A dump that belongs to root is better than none.
      summary.warnings.append("\(place): \(Errno(errno)), the files were not given to user \(options.owner?.user ?? 0)")
      try directory.finish(owner: nil)
    }
  }

  /// Sends a stream or a core to standard output, once the process runs again: a reader may be slow.
  static func send(pid: Int32, options: CaptureOptions, summary: inout CaptureSummary) throws {
    let (image, bytes) = try copied(pid: pid, options: options, summary: &summary)
    unsafe try send(bytes, of: image, options: options, summary: &summary) {
      unsafe try STDOUT_FILENO.write($0, at: nil, path: "standard output")
    }
  }

  /// A copy of the process in the form that the dump will have.
  static func copied(
    pid: Int32, options: CaptureOptions, summary: inout CaptureSummary
  ) throws -> (CaptureImage, MappedBytes) {
    let place = options.place(for: pid)
    let (_, target) = try ProcessCopy.make(pid: pid, options: options, summary: &summary) { copy in
      try MemoryTarget(image: image(of: copy, format: options.format), plan: copy.plan, place: place)
    }
    return (target.image, target.finished())
  }

  static func image(of copy: ProcessCopy, format: SnapshotFormat) -> CaptureImage {
    format == .core
      ? .core(of: copy.plan, process: copy.process.facts, files: copy.process.files) : .stream(of: copy.plan)
  }

  /// Gives the bytes of an image to `output`, compressed if they are to be.
  static func send(
    _ bytes: MappedBytes, of image: CaptureImage, options: CaptureOptions, summary: inout CaptureSummary,
    to output: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let done = ProgressCount(total: bytes.count, report: options.progress)
    var count = 0
    if let format = options.compression {
      let headers = options.format == .stream ? image.pieces.map(\.offset) : []
      try unsafe BlockWriter(format: format, threadCount: options.threadCount).write(
        bytes.buffer, headers: headers,
        to: {
          unsafe try output($0)
          count += $0.count
        }, progress: done.add)
    } else {
      while count < bytes.count {
        try HeldSignals.check()
        let end = min(bytes.count, count + BlockWriter.blockSize)
        try unsafe output(UnsafeRawBufferPointer(rebasing: bytes.buffer[count..<end]))
        done.add(end - count)
        count = end
      }
    }
    summary.writtenByteCount = count
  }

  static func give(_ path: String, to owner: FileOwner, summary: inout CaptureSummary) {
    if unsafe lchown(path, owner.user, owner.group) == 0 { return }
    // A dump that belongs to root is better than none.
    summary.warnings.append("\(path): \(Errno(errno)), the file was not given to user \(owner.user)")
  }
}

import Glibc
import MemoryImage

/// Takes a dump of a running process.
package enum ProcessCapture {
  /// The destination of a dump.
  package enum Output: Equatable, Sendable {
    /// A file or directory that does not exist yet, or an empty directory.
    case path(String)
    /// Standard output: a stream or a core.
    case standardOutput
  }

  /// Writes the readable memory of a process.
  ///
  /// The process is stopped while it is copied, and resumes whatever happens to us. It is copied into memory and written
  /// once it runs again, or written directly if there is not enough memory.
  /// The dump gets its name when it is complete. After an error, or a signal that asks us to exit, nothing is left of it.
  ///
  /// - Throws: `CaptureError`, or `SnapshotError` if there is no room for the copy.
  package static func write(pid: Int32, to output: Output, options: CaptureOptions) throws -> CaptureSummary {
    var summary = CaptureSummary()
    switch output {
    case .path(let path):
      let signals = DeferredSignals()
      defer { withExtendedLifetime(signals) {} }
      if options.format == .directory {
        try writeDirectory(pid: pid, path: path, options: options, summary: &summary)
      } else {
        try writeFile(pid: pid, path: path, options: options, summary: &summary)
      }
    // There is nothing to clean up, so a signal may end us while we wait for a slow reader.
    case .standardOutput: try send(pid: pid, options: options, summary: &summary)
    }
    return summary
  }
}

private extension ProcessCapture {
  static func writeFile(pid: Int32, path: String, options: CaptureOptions, summary: inout CaptureSummary) throws {
    let file = try OutputFile(path: path)
    summary.add(removed: file.removedNames)
    let place = options.place(for: pid)
    let (copy, target) = try ProcessCopy.make(pid: pid, options: options, summary: &summary) { copy in
      let image = image(of: copy, format: options.format)
      guard options.isCopied(copy.plan, place: place) else {
        return CaptureTarget.file(try FileTarget(file, image: image))
      }
      return CaptureTarget.memory(try MemoryTarget(image: image, plan: copy.plan, place: place))
    }
    if let (image, bytes) = target.finished(copy.plan) {
      if options.compression == nil {
        try file.setSize(image.byteCount)
        summary.writtenByteCount = image.byteCount
        try unsafe forEachPiece(of: image.writtenParts(of: copy.plan), in: bytes, options: options) { piece, offset in
          try unsafe file.write(piece, at: offset)
        }
      } else {
        try unsafe send(bytes, of: image, options: options, summary: &summary) { unsafe try file.append($0) }
      }
    } else {
      summary.writtenByteCount = image(of: copy, format: options.format).byteCount
    }
    try finish(giving: options.owner, summary: &summary) { try file.finish(owner: $0) }
  }

  /// Gives the complete output its name and its owner. If the owner cannot be changed, the output belongs to root, which is
  /// better than no output.
  static func finish(
    giving owner: FileOwner?, summary: inout CaptureSummary, _ finish: (FileOwner?) throws -> Void
  ) throws {
    do {
      try finish(owner)
    } catch CaptureError.unwritable(let place, let errno) where errno == EPERM && owner != nil {
      summary.warnings.append("\(place): \(Errno(errno)), it was not given to user \(owner?.user ?? 0)")
      try finish(nil)
    }
  }

  static func writeDirectory(pid: Int32, path: String, options: CaptureOptions, summary: inout CaptureSummary) throws {
    let directory = try OutputDirectory(path: path)
    summary.add(removed: directory.removedNames)
    let place = options.place(for: pid)
    let (copy, target) = try ProcessCopy.make(pid: pid, options: options, summary: &summary) { copy in
      guard options.isCopied(copy.plan, place: place) else {
        return CaptureTarget.directory(try DirectoryTarget(directory, plan: copy.plan))
      }
      return CaptureTarget.memory(
        try MemoryTarget(image: .regions(of: copy.plan), plan: copy.plan, place: place))
    }
    if let (image, bytes) = target.finished(copy.plan) {
      try write(bytes, of: image, plan: copy.plan, to: directory, options: options, summary: &summary)
    } else {
      summary.writtenByteCount = copy.plan.byteCount
    }
    try directory.writeManifest(DumpManifest(of: copy.plan, process: copy.process.facts))
    try finish(giving: options.owner, summary: &summary) { try directory.finish(owner: $0) }
  }

  /// Writes each region of a copy to its file.
  static func write(
    _ bytes: MappedBytes, of image: CaptureImage, plan: CapturePlan, to directory: OutputDirectory,
    options: CaptureOptions, summary: inout CaptureSummary
  ) throws {
    let done = Progress(total: bytes.count, report: options.progress)
    for (region, offset) in zip(plan.regions, image.regionOffsets) {
      let name = RegionFileName(range: region.range).text
      guard let format = options.compression else {
        try directory.makeFile(name, size: region.range.count)
        let parts = region.parts(at: offset)
        try unsafe forEachPiece(of: parts, in: bytes, options: options) { piece, position in
          try unsafe directory.write(piece, to: name, at: position - offset)
        }
        summary.writtenByteCount += region.range.count
        continue
      }
      let file = name + (format == .gzip ? ".gz" : ".zst")
      try directory.makeFile(file, size: 0)
      var end = 0
      let part = unsafe UnsafeRawBufferPointer(rebasing: bytes.buffer[offset..<(offset + region.range.count)])
      try unsafe BlockWriter(format: format, threadCount: options.threadCount).write(
        part, holes: bytes.holes.within(offset..<(offset + region.range.count)),
        to: {
          unsafe try directory.write($0, to: file, at: end)
          end += $0.count
        }, progress: done.add)
      summary.writtenByteCount += end
    }
  }

  /// Calls `body` with pieces of the parts of a copy and their offsets, and checks for a Ctrl-C between them.
  static func forEachPiece(
    of parts: [Range<Int>], in bytes: MappedBytes, options: CaptureOptions,
    _ body: (UnsafeRawBufferPointer, Int) throws -> Void
  ) throws {
    for part in parts {
      for start in stride(from: part.lowerBound, to: part.upperBound, by: ProcessCopy.pieceSize) {
        try DeferredSignals.check()
        let end = min(part.upperBound, start + ProcessCopy.pieceSize)
        try unsafe body(UnsafeRawBufferPointer(rebasing: bytes.buffer[start..<end]), start)
      }
    }
  }

  /// Sends a stream or a core to standard output after the process runs again, as a reader may be slow.
  static func send(pid: Int32, options: CaptureOptions, summary: inout CaptureSummary) throws {
    let place = options.place(for: pid)
    let (copy, target) = try ProcessCopy.make(pid: pid, options: options, summary: &summary) { copy in
      try MemoryTarget(image: image(of: copy, format: options.format), plan: copy.plan, place: place)
    }
    try unsafe send(target.finished(copy.plan), of: target.image, options: options, summary: &summary) {
      unsafe try STDOUT_FILENO.write($0, at: nil, path: "standard output")
    }
  }

  static func image(of copy: ProcessCopy, format: SnapshotFormat) -> CaptureImage {
    format == .core
      ? .core(of: copy.plan, process: copy.process.facts, files: copy.process.files)
      : .stream(of: copy.plan, process: copy.process.facts)
  }

  /// Passes the bytes of an image to `output`, compressed if the options say so.
  static func send(
    _ bytes: MappedBytes, of image: CaptureImage, options: CaptureOptions, summary: inout CaptureSummary,
    to output: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let done = Progress(total: bytes.count, report: options.progress)
    var count = 0
    if let format = options.compression {
      let headers = options.format == .stream ? image.pieces.map(\.offset) : []
      try unsafe BlockWriter(format: format, threadCount: options.threadCount).write(
        bytes.buffer, headers: headers, holes: bytes.holes,
        to: {
          unsafe try output($0)
          count += $0.count
        }, progress: done.add)
    } else {
      while count < bytes.count {
        try DeferredSignals.check()
        let end = min(bytes.count, count + BlockWriter.blockSize)
        try unsafe output(UnsafeRawBufferPointer(rebasing: bytes.buffer[count..<end]))
        done.add(end - count)
        count = end
      }
    }
    summary.writtenByteCount = count
  }
}

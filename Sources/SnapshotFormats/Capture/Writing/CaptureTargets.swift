import MemoryImage

/// The destination of a copy: our own memory, or the output itself.
enum CaptureTarget: ProcessCopy.Target {
  case memory(MemoryTarget)
  case file(FileTarget)
  case directory(DirectoryTarget)

  func room(region: Int, offset: Int, count: Int) -> UnsafeMutableRawBufferPointer? {
    guard case .memory(let target) = self else { return nil }
    return unsafe target.room(region: region, offset: offset, count: count)
  }

  func write(_ bytes: UnsafeRawBufferPointer, region: Int, offset: Int) throws {
    switch self {
    case .memory(let target): try unsafe target.write(bytes, region: region, offset: offset)
    case .file(let target): try unsafe target.write(bytes, region: region, offset: offset)
    case .directory(let target): try unsafe target.write(bytes, region: region, offset: offset)
    }
  }

  /// Returns the data in memory that must be written; nil if they are already in the output.
  func finished(_ plan: CapturePlan) -> (CaptureImage, MappedBytes)? {
    guard case .memory(let target) = self else { return nil }
    return (target.image, target.finished(plan))
  }
}

/// A single file, written while the process is stopped.
struct FileTarget: ProcessCopy.Target {
  let file: OutputFile
  let image: CaptureImage

  /// Prepares a file for an image.
  init(_ file: OutputFile, image: CaptureImage) throws {
    self.file = file
    self.image = image
    try file.setSize(image.byteCount)
    for piece in image.pieces { unsafe try piece.bytes.withUnsafeBytes { unsafe try file.write($0, at: piece.offset) } }
  }

  func room(region: Int, offset: Int, count: Int) -> UnsafeMutableRawBufferPointer? { nil }

  func write(_ bytes: UnsafeRawBufferPointer, region: Int, offset: Int) throws {
    unsafe try file.write(bytes, at: image.regionOffsets[region] + offset)
  }
}

/// A directory with a file for each region, written while the process is stopped.
struct DirectoryTarget: ProcessCopy.Target {
  let directory: OutputDirectory
  let names: [String]

  /// Creates the files of a plan.
  init(_ directory: OutputDirectory, plan: CapturePlan) throws {
    self.directory = directory
    names = plan.regions.map { RegionFileName(range: $0.range).text }
    for (name, region) in zip(names, plan.regions) { try directory.makeFile(name, size: region.range.count) }
  }

  func room(region: Int, offset: Int, count: Int) -> UnsafeMutableRawBufferPointer? { nil }

  func write(_ bytes: UnsafeRawBufferPointer, region: Int, offset: Int) throws {
    unsafe try directory.write(bytes, to: names[region], at: offset)
  }
}

/// Memory of ours, for data that are compressed, sent or analyzed once the process runs again.
@safe
struct MemoryTarget: ProcessCopy.Target, @unchecked Sendable {
  // SAFETY of @unchecked Sendable: regions do not overlap, and every byte of one is written once.
  private let memory: SpillingMemory
  let image: CaptureImage

  /// Prepares memory for the image of a plan.
  init(image: CaptureImage, plan: CapturePlan, place: SpillingPlace) throws {
    self.image = image
    memory = try SpillingMemory(capacity: image.byteCount, place: place)
    try memory.commit(parts: image.writtenParts(of: plan))
    guard memory.committed >= image.byteCount else {
      throw SnapshotError.tooLarge(path: place.path, limit: memory.committed, directory: nil)
    }
    for piece in image.pieces {
      // SAFETY: a piece is within the image.
      unsafe memory.room(from: piece.offset).copyBytes(from: piece.bytes)
    }
  }

  func room(region: Int, offset: Int, count: Int) -> UnsafeMutableRawBufferPointer? {
    let start = image.regionOffsets[region] + offset
    return unsafe UnsafeMutableRawBufferPointer(rebasing: memory.room(from: start).prefix(count))
  }

  func write(_ bytes: UnsafeRawBufferPointer, region: Int, offset: Int) throws {
    preconditionFailure("there is room")
  }

  /// Returns all bytes, read-only; nothing can be copied afterwards.
  func finished(_ plan: CapturePlan) -> MappedBytes {
    let holes = FileHoles.between(image.writtenParts(of: plan), of: image.byteCount)
    return memory.finished(count: image.byteCount, holes: holes)
  }
}

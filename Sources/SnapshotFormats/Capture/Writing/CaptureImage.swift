import MemoryImage
import NativeProcess

/// The layout of a dump's file, known before anything is copied, so that all cores can copy at once.
struct CaptureImage {
  /// The data between the regions: headers and notes.
  private(set) var pieces: [(offset: Int, bytes: [UInt8])] = []
  /// The offset of each region's bytes.
  private(set) var regionOffsets: [Int] = []
  /// The size of the file.
  private(set) var byteCount = 0

  /// Returns the layout of the regions alone, one after the other.
  static func regions(of plan: CapturePlan) -> CaptureImage {
    var image = CaptureImage()
    for region in plan.regions { image.append(region) }
    return image
  }

  /// Returns the layout of a stream: the manifest first, and each region after its start and end address.
  static func stream(of plan: CapturePlan, process: ProcessFacts) -> CaptureImage {
    var image = CaptureImage()
    image.append(DumpManifest(of: plan, process: process).streamRecord)
    for region in plan.regions {
      image.append(region.range.start.rawValue.littleEndianBytes + region.range.end.rawValue.littleEndianBytes)
      image.append(region)
    }
    return image
  }

  /// Returns the layout of an ELF core.
  static func core(of plan: CapturePlan, process: ProcessFacts, files: [MappedFile]) -> CaptureImage {
    let head = CoreHead(regions: plan.regions, process: process, files: files)
    var image = CaptureImage()
    image.append(head.bytes)
    for region in plan.regions { image.append(region) }
    return image
  }

  /// Returns the parts of the file that are written, in ascending order; the others are zero.
  func writtenParts(of plan: CapturePlan) -> [Range<Int>] {
    let heads = pieces.map { $0.offset..<($0.offset + $0.bytes.count) }
    let bodies = zip(plan.regions, regionOffsets).flatMap { region, offset in region.parts(at: offset) }
    return (heads + bodies).sorted { $0.lowerBound < $1.lowerBound }
  }

  private mutating func append(_ bytes: [UInt8]) {
    pieces.append((byteCount, bytes))
    byteCount += bytes.count
  }

  private mutating func append(_ region: CapturePlan.Region) {
    regionOffsets.append(byteCount)
    byteCount += region.range.count
  }
}

extension CapturePlan.Region {
  /// Returns the parts of a file that must be written, if the region's bytes begin at `offset`.
  func parts(at offset: Int) -> [Range<Int>] {
    runs.map { run in
      let start = offset + Int(truncatingIfNeeded: run.start.rawValue &- range.start.rawValue)
      return start..<(start + run.count)
    }
  }
}
